import type { FormContext } from './fields.ts';

/** The commune inside of a sentence: "xã Tân Hòa Lộc". */
export function theCommune({ commune }: FormContext): string {
  return commune.slice(0, 1).toLowerCase() + commune.slice(1);
}
