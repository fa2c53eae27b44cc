package io.millrace.load;

import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.RowScope;
import io.millrace.row.ImageCopy;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.transform.row.ScratchRow;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rows that lanes lack ({@link RowsAgain}), each in a snapshot that shows the change which wrote it, over a connection of its own.
 * Confined to the thread that steps the load.
 */
final class RowReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RowReader.class);

    private final LoadConnections connections;
    private final RowsAgain rows;
    private final CopiedRow copied = new CopiedRow();
    private ChunkReader reader;
    private boolean isTold;

    private static final class CopiedRow implements ChunkSink {
        private final ScratchRow memory = new ScratchRow();
        private RowEncoder encoder;
        private Optional<ImageCopy> row = Optional.empty();

        @Override
        public RowEncoder beginRow() {
            encoder = memory.begin();
            return encoder;
        }

        @Override
        public void endRow() {
            ImageFlyweight image = new ImageFlyweight();
            encoder.wrapLastImage(image);
            row = Optional.of(ImageCopy.of(image));
        }
    }

    RowReader(LoadConnections connections, RowsAgain rows) {
        this.connections = connections;
        this.rows = rows;
    }

    /** Whether a lane waits for a row. */
    boolean isAsked() {
        return rows.oldest() != null;
    }

    /** Reads the row that was asked for first; false where the source does not show yet what it has sent. */
    boolean read() {
        RowsAgain.Request request = rows.oldest();
        if (reader == null) {
            reader = connections.reader();
        }
        SourcePosition watermark = reader.begin();
        if (!Positions.containsFromBegin(watermark, request.transaction())) {
            reader.end();
            return false;
        }
        RowScope scope =
                new RowScope(LoadScope.of(request.table(), reader).rows().columns(), Optional.empty());
        copied.row = Optional.empty();
        reader.readRow(request.table().source(), scope, request.key(), copied);
        reader.end();
        if (!isTold) {
            isTold = true;
            LOG.info(
                    "rows are read again, of which keys changed while they were loaded and the source did not send all: table={}",
                    request.table().source().table());
        }
        rows.answer(request, copied.row, connections.committed());
        return true;
    }

    /** The connection is opened anew when it is needed. */
    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
