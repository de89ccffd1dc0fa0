import { Table } from '@mantine/core';
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import css from './columns.module.css';

export interface Column<T> {
  readonly name: string;
  /** A figure stands to the right. */
  readonly isNumber?: boolean;
  /** Does not break, as a date with its time. */
  readonly isTogether?: boolean;
  readonly cell: (row: T) => ReactNode;
}

const look = ({
  isNumber,
  isTogether,
}: Pick<Column<never>, 'isNumber' | 'isTogether'>): string | undefined =>
  isNumber === true ? css.number : isTogether === true ? css.together : undefined;

/**
 * Rows as a table where there is room for one and on paper (its head again on every page), and on a phone each row as
 * lines of its own.
 */
export function Columns<T>(props: {
  rows: readonly T[];
  keyOf: (row: T) => string;
  columns: readonly Column<T>[];
  /** The row on a phone, as a line of `lines.module.css`. */
  told: (row: T) => ReactNode;
}) {
  const { rows, keyOf, columns } = props;
  return (
    <>
      <div className={css.told}>
        {rows.map((row) => (
          <Fragment key={keyOf(row)}>{props.told(row)}</Fragment>
        ))}
      </div>
      <div className={css.table}>
        <Table verticalSpacing={6} fz="sm">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column.name} className={look(column)}>
                  {column.name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="numbers">
            {rows.map((row) => (
              <Table.Tr key={keyOf(row)}>
                {columns.map((column) => (
                  <Table.Td key={column.name} className={look(column)}>
                    {column.cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
