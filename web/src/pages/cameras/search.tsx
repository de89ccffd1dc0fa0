import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  Modal,
  Progress,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlayerStop, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { cameraSearch, connectors, isSearching, searchCameras, stopSearch } from '../../api/devices.ts';
import type { CameraSearchView } from '../../api/devices.ts';
import css from '../../parts/lines.module.css';
import { FailureNote } from '../../parts/states.tsx';
import { words } from '../../words/words.ts';
import { FoundForm } from './found-form.tsx';
import { shortAddress } from './found.ts';
import type { Found } from './found.ts';

const w = words.cameras.search;

/** Who answers in the network of a connector; what is ticked is registered by a person, with a password. */
export function CameraSearch(props: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={w.title} size="lg">
      {props.opened ? <Search onClose={props.onClose} /> : null}
    </Modal>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const { data: search = null } = useQuery(cameraSearch);
  const { data: sites = [] } = useQuery(connectors);
  const [connectorId, setConnector] = useState<string | null>(null);
  const [ranges, setRanges] = useState('');
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const start = useMutation({
    mutationFn: () =>
      searchCameras(
        connectorId,
        ranges.split(/[\s,;]+/).filter((one) => one !== ''),
      ),
    onSuccess: (begun) => {
      setTicked(new Set());
      client.setQueryData(cameraSearch.queryKey, begun);
    },
  });
  const stop = useMutation({ mutationFn: stopSearch });
  const going = isSearching(search);
  const found = search?.found ?? [];
  const chosen = found.filter(({ address }) => ticked.has(address));
  const tick = (address: string, isOn: boolean): void => {
    const next = new Set(ticked);
    if (isOn) next.add(address);
    else next.delete(address);
    setTicked(next);
  };
  return (
    <Stack>
      <Text size="sm">{w.hint}</Text>
      {sites.length > 1 ? (
        <Select
          label={w.connector}
          size="md"
          data={sites.map(({ id, name }) => ({ value: id, label: name }))}
          value={connectorId ?? sites[0]?.id ?? null}
          onChange={setConnector}
          allowDeselect={false}
        />
      ) : null}
      <TextInput
        label={w.ranges}
        description={w.rangesHint}
        size="md"
        inputMode="decimal"
        value={ranges}
        onChange={(event) => setRanges(event.currentTarget.value)}
      />
      <Group>
        <Button
          leftSection={<IconSearch size={18} />}
          loading={start.isPending}
          disabled={going}
          onClick={() => start.mutate()}
        >
          {search === null ? w.start : w.again}
        </Button>
        {going ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={18} />}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            {w.stop}
          </Button>
        ) : null}
      </Group>
      <FailureNote error={start.error ?? stop.error} />
      {search === null ? null : <Standing search={search} />}
      {found.length === 0 ? null : (
        <div className={css.rows}>
          {found.map((one) => (
            <Line
              key={one.address}
              found={one}
              isTicked={ticked.has(one.address)}
              onTick={(isOn) => tick(one.address, isOn)}
            />
          ))}
        </div>
      )}
      {chosen.length === 0 || search === null ? null : (
        <FoundForm chosen={chosen} connectorId={search.connectorId} onDone={onClose} />
      )}
    </Stack>
  );
}

function Standing({ search }: { search: CameraSearchView }) {
  const isEmpty = search.state === 'done' && search.found.length === 0;
  const color = search.state === 'refused' || search.state === 'lost' ? 'clay' : 'gray';
  return (
    <Alert color={isSearching(search) ? 'blue' : color} aria-live="polite">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {w.states[search.state]}
        </Text>
        {search.of === 0 ? null : (
          <Text size="xs" className="numbers">
            {w.progress(search.asked, search.of)}
          </Text>
        )}
      </Group>
      {isSearching(search) ? (
        <Progress
          mt={6}
          animated
          value={search.of === 0 ? 100 : (100 * search.asked) / search.of}
          aria-label={w.states.running}
        />
      ) : null}
      <Text size="sm" mt={4}>
        {isEmpty ? w.nothing : w.found(search.found.length)}
      </Text>
      {search.disbelieved === 0 ? null : (
        <Text size="xs" c="clay.7">
          {w.disbelieved(search.disbelieved)}
        </Text>
      )}
    </Alert>
  );
}

function Line({
  found,
  isTicked,
  onTick,
}: {
  found: Found;
  isTicked: boolean;
  onTick: (isOn: boolean) => void;
}) {
  const { known } = found;
  const name = found.name ?? w.unnamed;
  const isTaken = known !== null && known.how !== 'cloned';
  return (
    <label className={css.row} style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
      <Checkbox
        aria-label={w.pick(name, found.address)}
        checked={isTicked}
        disabled={isTaken}
        onChange={(event) => onTick(event.currentTarget.checked)}
      />
      <div className={css.grow}>
        <Text fw={600} lh={1.3}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {[found.hardware, shortAddress(found.address), found.mac === null ? null : w.mac(found.mac)]
            .filter((part) => part !== null)
            .join(' · ')}
        </Text>
        {known === null ? null : (
          <Badge
            color={isTaken ? 'gray' : 'clay'}
            variant="light"
            tt="none"
            mt={4}
            h="auto"
            styles={{ label: { whiteSpace: 'normal' } }}
          >
            {w.known[known.how](known.camera?.name ?? '')}
          </Badge>
        )}
      </div>
    </label>
  );
}
