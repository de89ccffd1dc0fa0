import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconBrandTelegram, IconCopy, IconDownload } from '@tabler/icons-react';
import type { AnnouncementView } from '../../api/announcements.ts';
import { copyText } from '../../parts/copy.ts';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';

const w = words.announcements;

/** Letters with marks are fine in a file's name; what file systems refuse is not. */
const fileName = (title: string): string =>
  `${title
    .replace(/[\\/:*?"<>|\n\r]+/g, ' ')
    .trim()
    .slice(0, 80)}.mp3`;

function saveMp3(url: string, title: string): void {
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = fileName(title);
  anchor.click();
}

/** The short link for the approver, and what goes to those who hear nothing today: text, link and MP3 by Zalo. */
export function SharePanel({ view }: { view: AnnouncementView }) {
  const { recording } = view;
  const sendByZalo = async (): Promise<void> => {
    if (recording !== null) saveMp3(recording.mp3Url, view.title);
    const isCopied = await copyText(w.zaloText(view.title, view.text, view.shortLink));
    if (isCopied) tellDone(w.zaloDone);
  };
  return (
    <Paper p="md">
      <Stack gap="sm">
        {view.state === 'submitted' ? (
          <Text size="sm">
            <strong>{w.submitted}.</strong> {w.submittedHint}
          </Text>
        ) : null}
        <div>
          <Text size="sm" c="dimmed">
            {w.shortLink}
          </Text>
          <Anchor href={view.shortLink} className="mono" fw={600}>
            {view.shortLink}
          </Anchor>
        </div>
        <Group gap="xs">
          <Button
            variant="light"
            leftSection={<IconCopy size={18} />}
            onClick={() =>
              void copyText(view.shortLink).then((isCopied) => {
                if (isCopied) tellDone(words.common.copied);
              })
            }
          >
            {w.copyLink}
          </Button>
          <Button
            variant="light"
            leftSection={<IconBrandTelegram size={18} />}
            onClick={() => void sendByZalo()}
          >
            {w.zalo}
          </Button>
          {recording === null ? null : (
            <Button
              variant="default"
              leftSection={<IconDownload size={18} />}
              onClick={() => saveMp3(recording.mp3Url, view.title)}
            >
              {w.downloadMp3}
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}
