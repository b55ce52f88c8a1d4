// The JSON Schemas as functions, compiled when they are first asked for. The one door to ajv. The build puts functions that were compiled ahead
// (build/validators.ts) in the place of this file: what is built never loads ajv.
import { Ajv, type CodeOptions, type ErrorObject, type ValidateFunction } from 'ajv';

/** Fills defaults in as it goes. Its `errors` are those of its last call. */
export type Validator = ValidateFunction;
export type SchemaError = ErrorObject;

/** Keywords of our own. They say more of the data, and nothing of what is right. */
export const UNJUDGED = ['outputs', 'sensitive', 'volatile', 'enumDescriptions', 'exampleSteps', 'patternErrorMessage'];

/** An ajv set up as every schema here is written for. */
export function strictAjv(code: CodeOptions = {}): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    useDefaults: true,
    verbose: true,
    strictRequired: false,
    code,
  });
  for (const word of UNJUDGED) ajv.addKeyword(word);
  ajv.addFormat('expression', true);
  return ajv;
}

/**
 * The functions that ajv writes put the faults of their parts together by copying all there are so far, once for each wrong item: of a list of a
 * hundred thousand that takes hours. The same, appending.
 */
export function linear(code: string): string {
  return code.replaceAll(/vErrors\.concat\((\w+\.errors)\)/g, '($1.forEach((fault) => vErrors.push(fault)), vErrors)');
}

const ajv = strictAjv({ process: linear });

/** The function of a schema file, or of the part of it that `name` has behind a #. `read` gives a file that was not compiled yet. */
export function validatorOf(name: string, read: (file: string) => object): Validator {
  const [file = ''] = name.split('#');
  if (!ajv.getSchema(file)) ajv.addSchema(read(file), file);
  return ajv.getSchema(name)!;
}
