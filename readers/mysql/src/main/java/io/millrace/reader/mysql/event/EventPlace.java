package io.millrace.reader.mysql.event;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/**
 * Which event is being read, and where it stands: for the messages of errors and for positions.
 *
 * <p>Events carry the low 32 bits of their end; files of more than 4 GiB exist, so the high bits are counted here. Confined to
 * the stream's thread.
 */
public final class EventPlace {
    private static final long LOW_BITS = 0xFFFF_FFFFL;

    private String file = "";
    private int fileNumber;
    private long start;
    private long end;
    private int typeCode;
    private String serverVersion = "";
    /** Where an event lies in the inflated bytes of the event that holds it; -1 where none does. */
    private long innerOffset = -1;

    /** A FORMAT_DESCRIPTION_EVENT has told which version of the server writes the events. */
    public void serverVersion(String version) {
        serverVersion = version;
    }

    /** The version of the server that wrote the event; empty before the file's first event. */
    public String serverVersion() {
        return serverVersion;
    }

    /** Whether that was a MariaDB, which lays some things out in its own way. */
    boolean isMariaDb() {
        return serverVersion.contains("MariaDB");
    }

    /** Goes to another file. */
    public void rotate(String newFile, long position) {
        file = newFile;
        int dot = newFile.lastIndexOf('.');
        try {
            fileNumber = Integer.parseInt(newFile.substring(dot + 1));
        } catch (NumberFormatException e) {
            throw new MillraceException(ErrorCode.EVENT_UNDECODABLE, "binlog file has no number: file=" + newFile, e);
        }
        start = position;
        end = position;
    }

    /**
     * Goes to the next event.
     *
     * @param endLow the header's next position; 0 for an event that is not in the file
     */
    public void advance(int eventTypeCode, int endLow, int length) {
        typeCode = eventTypeCode;
        innerOffset = -1;
        if (endLow == 0) {
            start = end;
            return;
        }
        long next = (end & ~LOW_BITS) | (endLow & LOW_BITS);
        if (end - next > LOW_BITS / 2) {
            next += LOW_BITS + 1; // the 32 bits wrapped
        }
        end = next;
        start = end - length;
    }

    /** Goes to an event inside the one that was come to last, which keeps its place in the file. */
    public void inside(int eventTypeCode, long offset) {
        typeCode = eventTypeCode;
        innerOffset = offset;
    }

    /** Goes back to the event that holds the others. */
    public void outside(int eventTypeCode) {
        typeCode = eventTypeCode;
        innerOffset = -1;
    }

    /** For bytes that come from a file: its name, whatever it is. */
    void name(String fileName) {
        file = fileName;
    }

    /** For bytes that come from a file: where the event lies in it. */
    void at(int eventTypeCode, long position, int length) {
        typeCode = eventTypeCode;
        innerOffset = -1;
        start = position;
        end = position + length;
    }

    public String file() {
        return file;
    }

    public int fileNumber() {
        return fileNumber;
    }

    /** Offset of the event's first byte in its file. */
    public long start() {
        return start;
    }

    /** Offset of the byte behind the event in its file. */
    public long end() {
        return end;
    }

    public int typeCode() {
        return typeCode;
    }

    /** {@code file=…, position=…}: the end of every message about an event. */
    public String text() {
        return "file=" + file + ", position=" + start + (innerOffset < 0 ? "" : ", inflatedOffset=" + innerOffset);
    }

    /** The event's bytes do not suffice. */
    public MillraceException tooShort(String what, long need, long got) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE,
                "cannot decode " + name() + "." + what + ": need=" + need + ", got=" + got + ", " + text());
    }

    /** The event's bytes say something that cannot be. */
    public MillraceException malformed(String what, long found) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE,
                "cannot decode " + name() + "." + what + ": found=" + found + ", " + text());
    }

    /** The event's bytes are not what a library can read. */
    MillraceException undecodable(String what, Exception cause) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE,
                "cannot decode " + name() + "." + what + ": reason=" + cause.getMessage() + ", " + text(),
                cause);
    }

    /** The event, or something in it, is known but not carried. */
    public MillraceException unsupported(String what) {
        return new MillraceException(
                ErrorCode.EVENT_UNSUPPORTED, what + ": event=" + EventType.describe(typeCode) + ", " + text());
    }

    private String name() {
        EventType type = EventType.ofCode(typeCode);
        return type == null ? EventType.describe(typeCode) : type.name();
    }
}
