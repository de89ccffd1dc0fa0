import type { Role } from '../access/rights.ts';
import { Failure } from '../base/failure.ts';

/** A person's account (tài khoản). */
export class Account {
  readonly communeId!: string;
  readonly id!: string;
  /** Lower case; unique in the whole service. */
  readonly loginName!: string;
  displayName!: string;
  phone!: string;
  passwordHash!: string;
  roles!: Role[];
  /** The villages of a village head. */
  villageIds!: string[];
  mustChangePassword!: boolean;
  disabledAt!: Date | null;
  readonly createdAt!: Date;

  static open(
    from: Pick<
      Account,
      'communeId' | 'id' | 'loginName' | 'displayName' | 'phone' | 'passwordHash' | 'roles' | 'villageIds'
    >,
    more: { readonly mustChangePassword: boolean; readonly at: Date },
  ): Account {
    const account = Object.assign(new Account(), from, {
      displayName: from.displayName.normalize('NFC'),
      mustChangePassword: more.mustChangePassword,
      disabledAt: null,
      createdAt: more.at,
    });
    account.refuseWithoutVillage();
    return account;
  }

  get isDisabled(): boolean {
    return this.disabledAt !== null;
  }

  change(to: {
    readonly displayName?: string | undefined;
    readonly phone?: string | undefined;
    readonly roles?: readonly Role[] | undefined;
    readonly villageIds?: readonly string[] | undefined;
  }): void {
    if (to.displayName !== undefined) this.displayName = to.displayName.normalize('NFC');
    if (to.phone !== undefined) this.phone = to.phone;
    if (to.roles !== undefined) this.roles = [...new Set(to.roles)];
    if (to.villageIds !== undefined) this.villageIds = [...new Set(to.villageIds)];
    this.refuseWithoutVillage();
  }

  disable(at: Date): void {
    this.disabledAt ??= at;
  }

  enable(): void {
    this.disabledAt = null;
  }

  /** @param byThemself a password that somebody else chose must be changed at the next sign-in */
  takePassword(hash: string, byThemself: boolean): void {
    this.passwordHash = hash;
    this.mustChangePassword = !byThemself;
  }

  /** @throws Failure `accounts.village-needed`: without one, a village head could do nothing */
  private refuseWithoutVillage(): void {
    if (!this.roles.includes('villageHead') || this.villageIds.length > 0) return;
    const message = 'A village head has at least one village';
    throw new Failure('invalid', 'accounts.village-needed', message, {
      fields: [{ path: 'villageIds', code: 'accounts.village-needed', message }],
    });
  }
}

/** @throws Failure `accounts.last-administrator`: somebody must be able to let the others in */
export function refuseWithoutAdministrator(accounts: readonly Account[]): void {
  if (!accounts.some(({ roles, isDisabled }) => roles.includes('administrator') && !isDisabled))
    throw new Failure('conflict', 'accounts.last-administrator', 'One administrator must remain');
}
