import { Body, Controller, Get, Patch, Put } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { communeRequest, renewKeyRequest } from './account.request.ts';
import type { CommuneRequest, RenewKeyRequest } from './account.request.ts';
import { communeView, signingKeyView } from './account.view.ts';
import type { CommuneView, SigningKeyView } from './account.view.ts';
import { CommuneService } from './commune.service.ts';
import { KeyRenewalService } from './key-renewal.service.ts';

@Controller('api/commune')
export class CommuneController {
  constructor(
    private readonly communes: CommuneService,
    private readonly renewals: KeyRenewalService,
  ) {}

  @Get()
  @Needs('session')
  @ApiOkResponse({ standardSchema: communeView })
  async own(@By() by: Person): Promise<CommuneView> {
    return await this.communes.get(by.communeId);
  }

  @Patch()
  @Needs('commune.manage')
  @ApiOkResponse({ standardSchema: communeView })
  async change(
    @By() by: Person,
    @Body({ schema: communeRequest }) request: CommuneRequest,
  ): Promise<CommuneView> {
    return await this.communes.change(by, request);
  }

  @Get('signing-key')
  @Needs('commune.manage')
  @ApiOkResponse({ standardSchema: signingKeyView })
  signingKey(@By() by: Person): SigningKeyView {
    return this.renewals.current(by.communeId);
  }

  /** Before the term of the old one ends: a new key, certified with the recovery sheet. */
  @Put('signing-key')
  @Needs('commune.manage')
  @ApiOkResponse({ standardSchema: signingKeyView })
  async renew(
    @By() by: Person,
    @Body({ schema: renewKeyRequest }) { rootPrivateKey, revokeFormer }: RenewKeyRequest,
  ): Promise<SigningKeyView> {
    return await this.renewals.renew(by, rootPrivateKey, revokeFormer);
  }
}
