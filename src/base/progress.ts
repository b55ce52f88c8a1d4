/** How far a long task is. `done` and `total` are in `unit`. */
export interface Progress {
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: 'documents' | 'bytes' | 'files' | 'images';
  /** a second, in `unit` */
  readonly rate?: number;
  readonly seconds_left?: number;
}
