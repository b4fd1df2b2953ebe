/** A moment in China's time, typed into the browser's own control. */
import { localInput } from './time';

interface Props {
  id: string;
  value: string | undefined;
  onChange: (moment: string | undefined) => void;
  required?: boolean;
}

export function Moment({ id, value, onChange, required }: Props) {
  return (
    <input
      id={id}
      className="native"
      type="datetime-local"
      value={value ? localInput(value) : ''}
      required={required}
      onChange={(e) => onChange(e.target.value ? `${e.target.value}:00+08:00` : undefined)}
    />
  );
}
