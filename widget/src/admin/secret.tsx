/** Something that is told once: shown until it is closed, to be copied. */

import { t as shared } from "../supervisor/common"
import { Button, Dialog } from "../ui/kit"
import { Lines } from "./embed"

interface Props {
  title: string
  text: string
  secret: string
  onClose: () => void
}

export const Secret = ({ title, text, secret, onClose }: Props) => (
  <Dialog title={title} open onClose={onClose} closeLabel={shared("close")}>
    <p>{text}</p>
    <Lines text={secret} label={title} />
    <footer>
      <Button kind="primary" onClick={onClose}>
        {shared("close")}
      </Button>
    </footer>
  </Dialog>
)
