import { Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';
import { announcement, changeAnnouncement, writeAnnouncement } from '../../api/announcements.ts';
import { templates, writeWithForm } from '../../api/templates.ts';
import { required, useSend } from '../../parts/form.ts';
import { Asked, PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useOwnVillages } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { DraftForm } from './draft-form.tsx';
import type { DraftValues } from './draft-form.tsx';
import { TemplateCards } from './template-cards.tsx';
import { TemplateForm } from './template-form.tsx';
import type { FormDraft } from './template-form.tsx';

export default function NewAnnouncementPage() {
  const [search] = useSearchParams();
  const templateId = search.get('template');
  return templateId === null ? <OwnWords /> : <FromTemplate key={templateId} templateId={templateId} />;
}

function FromTemplate({ templateId }: { templateId: string }) {
  const navigate = useNavigate();
  const own = useOwnVillages();
  const query = useQuery(templates);
  return (
    <Asked query={query}>
      {(all) => {
        const template = all.find(({ id }) => id === templateId);
        if (template === undefined) return <OwnWords />;
        return (
          <>
            <PageHead
              title={words.templates.newTitle(template.name)}
              hint={template.purpose}
              back={{ to: '/announcements/new', name: words.templates.others }}
            />
            <TemplateForm
              template={template}
              initial={{
                values: { ...template.usual } as FormDraft['values'],
                priority: '',
                renderProfile: 'outdoor',
                saidTimes: 1,
                villageIds: own === null ? [] : [...own],
                picks: {},
              }}
              send={(filled) => writeWithForm({ templateId, ...filled })}
              onSaved={({ id }) => navigate(`/announcements/${id}`, { replace: true })}
            />
          </>
        );
      }}
    </Asked>
  );
}

function OwnWords() {
  const [search] = useSearchParams();
  const isDrill = search.has('drill');
  const client = useQueryClient();
  const navigate = useNavigate();
  const own = useOwnVillages();
  const form = useForm<DraftValues>({
    initialValues: {
      title: isDrill ? words.emergency.drillTitlePrefix : '',
      summary: '',
      text: '',
      priority: 'regular',
      renderProfile: isDrill ? 'drill' : 'outdoor',
      saidTimes: 1,
      villageIds: own === null ? [] : [...own],
      picks: {},
    },
    validate: { title: required },
  });
  const send = useSend(
    form,
    async ({ picks, ...values }: DraftValues) => {
      const written = await writeAnnouncement(values);
      return Object.keys(picks).length === 0
        ? written
        : changeAnnouncement(written.id, { revision: written.revision, picks });
    },
    async (written) => {
      client.setQueryData(announcement(written.id).queryKey, written);
      form.resetDirty();
      tellDone(words.announcements.draftSaved);
      await client.invalidateQueries({ queryKey: ['announcements'] });
      await navigate(`/announcements/${written.id}`, { replace: true });
    },
  );
  return (
    <>
      <PageHead
        title={isDrill ? words.emergency.drillStart : words.announcements.newTitle}
        back={
          isDrill
            ? { to: '/emergency', name: words.menu.emergency }
            : { to: '/announcements', name: words.menu.announcements }
        }
      />
      {isDrill ? null : (
        <>
          <TemplateCards />
          <Text fw={600} mb={8}>
            {words.templates.own}
          </Text>
        </>
      )}
      <DraftForm
        form={form}
        onSave={(values) => send.mutate(values)}
        isSaving={send.isPending || send.isSuccess}
        error={send.error}
      />
    </>
  );
}
