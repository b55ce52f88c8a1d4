// What the process's exit code means.

export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  invalid: 3,
  refused: 4,
  failed: 5,
  unreachable: 6,
  locked: 7,
  unapproved: 8,
  pending: 10,
  interrupted: 130,
  terminated: 143,
} as const;

/** In words: what has happened, and what that says of the hosts or what to do. Every list of exit codes is made of this one. */
export const EXIT_TEXTS: Readonly<Record<number, { readonly title: string; readonly help: string }>> = {
  0: { title: 'ok', help: 'All that was asked for is done, or was so already.' },
  1: { title: 'a bug in the runner', help: 'It is told with its stack. What was done until then is in the journal of the run.' },
  2: { title: 'wrong command line', help: 'Nothing was begun. switchyard COMMAND --help tells what it takes.' },
  3: { title: 'playbook or inventory invalid', help: 'Every fault is told with its place; no host was asked for anything.' },
  4: {
    title: 'refused: no host was changed in this run',
    help: 'The reason and what to do are told for every host. Where another host was changed, it is 5.',
  },
  5: {
    title: 'a host did not come through',
    help: 'What is true there now and what to type next is told for each; switchyard status tells it again.',
  },
  6: { title: 'a host is unreachable or was lost', help: 'A command may still be running there. It wins over 5.' },
  7: {
    title: 'locked by another run',
    help: 'Who holds the lock and since when is told; switchyard unlock HOST RUN removes one that a dead run left.',
  },
  8: {
    title: 'approval needed or declined',
    help: 'A stage with confirm or point_of_no_return begins when somebody says yes, at a terminal or beforehand with --yes. What was done before it is told for every host.',
  },
  10: {
    title: 'changes pending',
    help: 'Of plan --detailed-exitcode: every host would come through, and a run would change something, or the plan cannot tell whether it would.',
  },
  130: { title: 'interrupted', help: 'By ^C. Tasks that ran were brought to an end, locks are released.' },
  143: { title: 'interrupted', help: 'By SIGTERM, which does what ^C does.' },
} satisfies Record<(typeof EXIT)[keyof typeof EXIT], object>;
