/** The grades of secrecy, to choose from. */
import { common } from '../text/common';

export const GRADES = common.grades.map((label, value) => ({ value, label }));
