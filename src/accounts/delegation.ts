import { Failure } from '../base/failure.ts';

/** An approver hands their approvals over to somebody for some days (ủy quyền). Local dates YYYY-MM-DD, both included. */
export class Delegation {
  readonly communeId!: string;
  readonly id!: string;
  readonly fromPersonId!: string;
  readonly toPersonId!: string;
  readonly fromDate!: string;
  readonly untilDate!: string;
  readonly createdAt!: Date;
  endedAt!: Date | null;

  /** @throws Failure `accounts.delegation-to-oneself`, `accounts.delegation-dates` */
  static begin(from: Omit<Delegation, 'endedAt' | 'end'>, today: string): Delegation {
    if (from.toPersonId === from.fromPersonId)
      throw refused('toPersonId', 'accounts.delegation-to-oneself', 'Hand it over to somebody else');
    if (from.untilDate < from.fromDate || from.untilDate < today)
      throw refused('untilDate', 'accounts.delegation-dates', 'It ends before it begins, or in the past');
    return Object.assign(new Delegation(), from, { endedAt: null });
  }

  end(at: Date): void {
    this.endedAt ??= at;
  }
}

function refused(path: string, code: string, message: string): Failure {
  return new Failure('invalid', code, message, { fields: [{ path, code, message }] });
}
