import type { EntitySchema } from 'typeorm';

/** Every room's tables, one line a room. The database learns them here and nowhere else. */
export const tables: EntitySchema[] = [];
