import { Alert, Anchor, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'react-router';
import { knownAt, twins } from '../../api/devices.ts';
import { words } from '../../words/words.ts';

const w = words.cameras.twins;
const typedMs = 500;

/** Devices that may have been registered twice: told where they are listed, until one of them is given up. */
export function TwinsNow() {
  const { data = [] } = useQuery(twins);
  if (data.length === 0) return null;
  return (
    <Stack gap="xs" mb="md">
      {data.map(({ how, one, other }) => (
        <Alert
          key={`${one.deviceId} ${other.deviceId}`}
          color="amber"
          icon={<IconAlertTriangle />}
          title={w.titles[how]}
        >
          {[one, other].map(({ deviceId, cameraId, name }, index) => (
            <span key={deviceId}>
              {index === 0 ? '' : w.and}
              <Anchor
                component={Link}
                to={cameraId === null ? `/cameras/recorders/${deviceId}` : `/cameras/${cameraId}`}
                fw={600}
              >
                {name === '' ? words.recorders.unnamed : name}
              </Anchor>
            </span>
          ))}
          {w.hints[how]}
        </Alert>
      ))}
    </Stack>
  );
}

/** Below the address that somebody types: whether its device stands here already. Keeps nobody from going on. */
export function KnownAt({ address }: { address: string }) {
  const [typed] = useDebouncedValue(address.trim(), typedMs);
  const { data: known } = useQuery({ ...knownAt(typed), enabled: typed !== '' });
  if (known == null || typed === '') return null;
  return (
    <Alert color="amber" icon={<IconAlertTriangle />} role="status">
      {w.known[known.how](known.name)}
    </Alert>
  );
}
