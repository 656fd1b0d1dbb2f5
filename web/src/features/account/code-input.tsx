import { TextInput } from "@mantine/core";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (code: string) => void;
  error?: string | false;
  autoFocus?: boolean;
}

/** For six digits, or for a recovery code. */
export function CodeInput({ value, onChange, autoFocus, ...props }: Props) {
  return (
    <TextInput
      {...props}
      size="sm"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={100}
      required
      data-autofocus={autoFocus}
    />
  );
}
