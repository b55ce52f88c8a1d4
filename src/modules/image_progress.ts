// The stream of a pull: one JSON object a line, one layer a line at a time. Sums them up, and finds the failure that comes inside the stream.

interface PullLine {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** Layers downloaded so far. `add` throws when the line is the registry's or Docker's failure. */
export interface LayerProgress {
  add(line: PullLine): void;
  /** bytes; `total` grows as layers become known */
  sum(): { done: number; total: number };
}

export function layerProgress(): LayerProgress {
  const layers = new Map<string, { done: number; total: number }>();
  return {
    add({ id, status, error, errorDetail, progressDetail }) {
      if (error !== undefined || errorDetail) throw new Error(errorDetail?.message ?? error);
      if (id === undefined) return;
      const layer = layers.get(id);
      if (status === 'Downloading' && progressDetail?.total)
        layers.set(id, { done: progressDetail.current ?? 0, total: progressDetail.total });
      else if (layer && status === 'Download complete') layers.set(id, { ...layer, done: layer.total });
    },
    sum: () =>
      [...layers.values()].reduce((sum, { done, total }) => ({ done: sum.done + done, total: sum.total + total }), { done: 0, total: 0 }),
  };
}
