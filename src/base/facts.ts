// What is read of a host before its first task. schemas/facts.json says the same to playbooks; a test holds the two together.

/** Everything is read in one go by run/facts.ts; a part that could not be looked at says why in its `unknown`. */
export interface Facts {
  readonly hostname: string;
  /** /etc/machine-id: two names for one machine have the same */
  readonly machine_id: string;
  readonly os: { readonly id: string; readonly version: string; readonly kernel: string; readonly architecture: string };
  /** `home` is its home directory */
  readonly user: { readonly name: string; readonly uid: number; readonly groups: readonly string[]; readonly home: string };
  /** seconds since 1970-01-01 UTC by the host's clock, and its distance from the controller's in seconds */
  readonly time: { readonly epoch: number; readonly skew_seconds: number };
  readonly cpus: number;
  readonly memory: { readonly total_bytes: number; readonly available_bytes: number };
  readonly vm_max_map_count: number;
  readonly selinux: 'enforcing' | 'permissive' | 'disabled';
  /** Docker's version, and why there is none where `version` is empty: not installed, not running, no permission */
  readonly docker: {
    readonly version: string;
    readonly root_dir: string;
    readonly rootless: boolean;
    /** userns-remap is on: who is 1000 in a container is somebody else on the host */
    readonly userns: boolean;
    /** it is a snap: it sees the home directories and little else of the file system */
    readonly snap: boolean;
    /** the engine labels its containers for SELinux */
    readonly selinux: boolean;
    readonly unknown: string;
  };
  /** how compose is called here: ["docker-compose"] is v1, ["docker", "compose"] is v2; empty where there is none */
  readonly compose: { readonly command: readonly string[]; readonly version: string };
}
