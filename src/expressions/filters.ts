// All filters, by name.
import { DATA_FILTERS } from './data_filters.ts';
import { type Callables, callables } from './functions.ts';
import { LIST_FILTERS } from './list_filters.ts';
import { NUMBER_FILTERS } from './number_filters.ts';
import { PATTERN_FILTERS } from './pattern_filters.ts';
import { TEXT_FILTERS } from './text_filters.ts';

/** Jinja's and Ansible's by name and meaning, on plain data only. */
export const FILTERS: Callables<unknown> = callables<unknown>(DATA_FILTERS, TEXT_FILTERS, PATTERN_FILTERS, NUMBER_FILTERS, LIST_FILTERS);
