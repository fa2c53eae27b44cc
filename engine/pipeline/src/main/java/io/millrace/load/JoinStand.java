package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;

/**
 * The loader's side of a chunk that joins what others have brought (decision 0045): its snapshot is open, and lanes come to where that was opened.
 * Confined to the loader, but for {@link #isAwaited}.
 */
final class JoinStand {
    /** Where lanes are. */
    enum Answer {
        /** On their way. */
        COMING,
        /** Before something that may have more of the snapshot behind it: another snapshot is to be opened. */
        IN_DOUBT,
        /** All where the snapshot was opened. */
        THERE
    }

    private final LoadBoard board;
    private final LoadGate gate;
    private SourcePosition opened;
    private JoinHold hold;
    private volatile boolean isAwaited;

    JoinStand(LoadBoard board, LoadGate gate) {
        this.board = board;
        this.gate = gate;
    }

    /** Tells lanes to come. */
    void open(Chunk chunk, ChunkReader reader, SourcePosition watermark) {
        if (!reader.isExact()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "a table joins others that are loaded, and a standby does not tell which transactions a snapshot holds: table="
                            + chunk.table().plan().source().table() + ", required=a primary");
        }
        opened = watermark;
        hold = board.hold(watermark);
    }

    /** What the open snapshot shows. */
    SourcePosition opened() {
        return opened;
    }

    Answer ask() {
        boolean areThere = gate.doAllStand(hold);
        boolean isInDoubt = gate.isInDoubt(hold);
        isAwaited = !areThere && !isInDoubt;
        return isInDoubt ? Answer.IN_DOUBT : areThere ? Answer.THERE : Answer.COMING;
    }

    /** Whether lanes are on their way. From any thread. */
    boolean isAwaited() {
        return isAwaited;
    }
}
