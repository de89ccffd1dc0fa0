import { queryOptions } from '@tanstack/react-query';
import type { AnnouncementView } from '../../../src/announcements/announcement.view.ts';
import type { ChangeFormRequest, NewFormRequest } from '../../../src/announcements/template.request.ts';
import type {
  FormPreviewView,
  TemplateFieldView,
  TemplateView,
} from '../../../src/announcements/template.view.ts';
import type { RenderProfile } from './announcements.ts';
import { get, post, put } from './door.ts';

export type { FormPreviewView, TemplateFieldView, TemplateView };
export type FormValues = NewFormRequest['values'];

export const templates = queryOptions({
  queryKey: ['announcement-templates'],
  queryFn: () => get<TemplateView[]>('/announcement-templates'),
  staleTime: Number.POSITIVE_INFINITY,
});

export const formPreview = (
  templateId: string,
  request: { values: FormValues; picks: Record<string, string>; renderProfile: RenderProfile },
) =>
  queryOptions({
    queryKey: ['form-preview', templateId, request],
    queryFn: () => post<FormPreviewView>(`/announcement-templates/${templateId}/preview`, request),
    gcTime: 60_000,
    retry: false,
    placeholderData: (before: FormPreviewView | undefined) => before,
  });

export const writeWithForm = (request: NewFormRequest) =>
  post<AnnouncementView>('/announcements/with-form', request);
export const changeForm = (id: string, request: ChangeFormRequest) =>
  put<AnnouncementView>(`/announcements/${id}/form`, request);
