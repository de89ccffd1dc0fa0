import { Alert, Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { AnnouncementView } from '../../api/announcements.ts';
import { changeForm, templates } from '../../api/templates.ts';
import { Waiting } from '../../parts/states.tsx';
import { words } from '../../words/words.ts';
import { EditDraft } from './edit-draft.tsx';
import { TemplateForm } from './template-form.tsx';
import type { FormDraft } from './template-form.tsx';

const w = words.templates;

/** What was written with a form is edited as one, unless somebody takes the words in hand: then it is none. */
export function EditAnnouncement({ view, children }: { view: AnnouncementView; children: ReactNode }) {
  const { form } = view;
  const query = useQuery({ ...templates, enabled: form !== null });
  const [isByHand, setByHand] = useState(false);
  if (form === null) return <EditDraft view={view}>{children}</EditDraft>;
  if (query.isPending) return <Waiting />;
  const template = query.data?.find(({ id }) => id === form.templateId);
  if (form.values === null || isByHand || template === undefined) {
    return (
      <>
        <Alert color={form.values === null ? 'gray' : 'amber'} mb="md">
          {form.values === null
            ? w.detached(template?.name ?? form.templateId)
            : w.byHandHint(template?.name ?? form.templateId)}{' '}
          {form.values === null || template === undefined ? null : (
            <Anchor component="button" type="button" onClick={() => setByHand(false)}>
              {w.backToForm}
            </Anchor>
          )}
        </Alert>
        <EditDraft view={view}>{children}</EditDraft>
      </>
    );
  }
  return (
    <>
      <Alert color="leaf" mb="md">
        {w.isForm(template.name)}{' '}
        <Anchor component="button" type="button" onClick={() => setByHand(true)}>
          {w.byHand}
        </Anchor>
      </Alert>
      <TemplateForm
        template={template}
        initial={{
          values: { ...form.values } as FormDraft['values'],
          priority: view.priority,
          renderProfile: view.renderProfile,
          saidTimes: view.saidTimes,
          villageIds: [...view.villageIds],
          picks: { ...view.picks },
        }}
        revision={view.revision}
        send={(filled, revision) => changeForm(view.id, { revision, ...filled })}
        onSaved={() => undefined}
        hint={
          view.state === 'approved' || view.state === 'submitted' ? (
            <Text size="sm" c="clay.7">
              {words.announcements.saveVoids}
            </Text>
          ) : null
        }
      >
        {children}
      </TemplateForm>
    </>
  );
}
