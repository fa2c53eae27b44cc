package io.millrace.wal.write;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableState;
import io.millrace.wal.codec.CodecInput;
import io.millrace.wal.codec.CodecOutput;
import io.millrace.wal.file.LogFiles;
import io.millrace.wal.file.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a reader follows of the source's schemas, beside the log's files: first all of it, then what each statement made of a
 * table. An entry is durable before the transaction that it belongs to can be; one whose transaction is not in the log's position
 * was cut off with it and does not count.
 *
 * <pre>
 *  entry   int length of what follows, int CRC32C of it, transaction (88), tables, names of tables that are gone, collations
 * </pre>
 *
 * Big-endian but for the transaction; all zeros there is the log's own start. Confined to the reader's thread.
 */
public final class SchemaFile {
    private static final String NAME = "log.schemas";
    private static final int HEADER_LENGTH = 8;

    private final Path path;
    private final LogFiles files;

    public SchemaFile(Path log, LogFiles files) {
        this.path = log.resolve(NAME);
        this.files = files;
    }

    /** What lies here of a log that is no more. */
    public static void delete(Path log) throws IOException {
        Files.deleteIfExists(log.resolve(NAME));
    }

    /** What holds at a position; empty where nothing was ever written. */
    Optional<SchemaState> at(SourcePosition position) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return read(ByteBuffer.wrap(Files.readAllBytes(path)), position);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "schemas cannot be read: file=" + path, e);
        }
    }

    private Optional<SchemaState> read(ByteBuffer bytes, SourcePosition position) throws IOException {
        Map<TableId, TableState> tables = new HashMap<>();
        Map<String, String> collations = new HashMap<>();
        TransactionId transaction = new TransactionId();
        boolean isFirst = true;
        while (bytes.remaining() >= HEADER_LENGTH) {
            int length = bytes.getInt();
            int sum = bytes.getInt();
            if (length < TransactionId.LENGTH || length > bytes.remaining()) {
                break; // a write that was cut
            }
            byte[] body = new byte[length];
            bytes.get(body);
            if (crc(body) != sum) {
                break;
            }
            transaction.decode(new UnsafeBuffer(body), 0);
            if (isFirst || position.contains(transaction)) {
                byte[] rest = Arrays.copyOfRange(body, TransactionId.LENGTH, length);
                apply(new CodecInput(rest), tables, collations);
            }
            isFirst = false;
        }
        return isFirst ? Optional.empty() : Optional.of(new SchemaState(tables, collations));
    }

    private static void apply(CodecInput in, Map<TableId, TableState> tables, Map<String, String> collations)
            throws IOException {
        in.list(CodecInput::state).forEach(state -> tables.put(state.table(), state));
        in.list(CodecInput::table).forEach(tables::remove);
        for (List<String> each : in.list(entry -> List.of(entry.text(), entry.text()))) {
            collations.put(each.get(0), each.get(1));
        }
    }

    /** Begins anew with all that is known. */
    void replace(SchemaState state) {
        Path temporary = path.resolveSibling(NAME + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel out = PrivateFiles.create(temporary)) {
                write(out, entry(new TransactionId(), List.copyOf(state.tables().values()), List.of(), state));
                files.force(temporary, out);
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            files.forceDirectory(path.getParent());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Adds what a transaction changes. */
    void append(
            TransactionId transaction, List<TableState> changed, List<TableId> gone, Map<String, String> collations) {
        try (FileChannel out = PrivateFiles.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            write(out, entry(transaction, changed, gone, new SchemaState(Map.of(), collations)));
            files.force(path, out);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private MillraceException failed(IOException e) {
        return new MillraceException(ErrorCode.LOG_SYNC_FAILED, "schemas cannot be written: file=" + path, e);
    }

    private static ByteBuffer entry(
            TransactionId transaction, List<TableState> changed, List<TableId> gone, SchemaState collations) {
        CodecOutput out = new CodecOutput();
        out.list(changed, CodecOutput::state);
        out.list(gone, CodecOutput::table);
        out.list(
                List.copyOf(collations.collations().entrySet()),
                (to, each) -> to.text(each.getKey()).text(each.getValue()));
        byte[] rest = out.bytes();
        byte[] body = new byte[TransactionId.LENGTH + rest.length];
        transaction.encode(new UnsafeBuffer(body), 0);
        System.arraycopy(rest, 0, body, TransactionId.LENGTH, rest.length);
        ByteBuffer entry = ByteBuffer.allocate(HEADER_LENGTH + body.length);
        return entry.putInt(body.length).putInt(crc(body)).put(body).flip();
    }

    private static int crc(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body, 0, body.length);
        return (int) crc.getValue();
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
