package io.millrace.reader.mysql.event;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.zip.CRC32;

/**
 * Verifies the CRC32 at the end of each event. Whether there is one is said by the FORMAT_DESCRIPTION_EVENT of each file; the
 * events before the first have one where the server was told that its reader knows about them.
 *
 * <p>Confined to the stream's thread. Allocates nothing.
 */
public final class EventChecksum {
    public static final int LENGTH = 4;
    static final int OFF = 0;
    static final int CRC_32 = 1;

    private final CRC32 crc = new CRC32();
    private boolean isPresent;

    public EventChecksum(boolean isPresent) {
        this.isPresent = isPresent;
    }

    public void use(boolean checksumIsPresent) {
        isPresent = checksumIsPresent;
    }

    /** Bytes at the end of an event that are not its body. */
    public int trailerLength() {
        return isPresent ? LENGTH : 0;
    }

    /** Compares where there is one. */
    public void verify(byte[] bytes, int offset, int length, EventPlace place) {
        if (!isPresent) {
            return;
        }
        if (length < EventHeader.LENGTH + LENGTH) {
            throw place.tooShort("checksum", EventHeader.LENGTH + LENGTH, length);
        }
        int body = length - LENGTH;
        begin();
        update(bytes, offset, body);
        compare(bytes, offset + body, place);
    }

    /** For an event that comes in parts: starts anew. */
    void begin() {
        crc.reset();
    }

    /** Takes a part of the event, without the checksum itself. */
    void update(byte[] bytes, int offset, int length) {
        crc.update(bytes, offset, length);
    }

    /** Compares with the checksum that stands at {@code at}. */
    void compare(byte[] bytes, int at, EventPlace place) {
        int stored = (bytes[at] & 0xFF)
                | (bytes[at + 1] & 0xFF) << 8
                | (bytes[at + 2] & 0xFF) << 16
                | (bytes[at + 3] & 0xFF) << 24;
        if (stored != (int) crc.getValue()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL,
                    "checksum of event differs: event=" + EventType.describe(place.typeCode()) + ", " + place.text());
        }
    }
}
