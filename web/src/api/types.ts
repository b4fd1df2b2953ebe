/** Short names for the types of the interface. */
import type { components } from './schema';

type S = components['schemas'];
export type User = S['User'];
export type CaseFile = S['File'];
export type Item = S['Item'];
export type Todo = S['Todo'];
export type Deadline = S['Deadline'];
export type DeadlineRow = S['DeadlineRow'];
export type Notice = S['Notice'];
export type Situation = S['Situation'];
export type Material = S['Material'];
export type Instance = S['Instance'];
export type InstanceOffers = S['InstanceOffers'];
export type Offer = S['Offer'];
export type Finding = S['Finding'];
export type Proposal = S['Proposal'];
export type Sent = S['Sent'];
export type Received = S['Received'];
export type Names = S['Names'];
export type Input = S['Input'];
export type NewMaterial = S['NewMaterial'];
export type Done = S['Done'];
export type ProcessForms = S['ProcessForms'];
export type ActForm = S['ActForm'];
export type FieldForm = S['FieldForm'];
export type DocumentForm = S['DocumentForm'];
export type Choice = S['Choice'];
export type Unit = S['Unit'];
export type Member = S['Member'];
export type Library = S['Library'];
export type Recorded = S['Recorded'];
export type Note = S['Note'];
export type NewNote = S['NewNote'];
export type NoteWords = S['NoteWords'];
export type SearchFound = S['Found'];
export type TextLine = S['TextLine'];
/** Left, top, width and height, as parts of the page's sides. */
export type Area = [number, number, number, number];
/** A value of a card field. */
export type Value = string | number | boolean | null | Value[] | { [column: string]: Value };
export type Card = Record<string, Value>;
