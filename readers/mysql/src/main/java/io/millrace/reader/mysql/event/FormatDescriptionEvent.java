package io.millrace.reader.mysql.event;

import java.nio.charset.StandardCharsets;

/**
 * FORMAT_DESCRIPTION_EVENT, the first of each file: the writing server's version, the lengths of post-headers, and whether
 * events have checksums.
 *
 * <pre>
 *  binlog version 2 | server version 50 | created 4 | header length 1 | post-header lengths … | checksum algorithm 1 | checksum 4
 * </pre>
 *
 * Immutable.
 */
public final class FormatDescriptionEvent {
    private static final int BINLOG_VERSION = 4;
    private static final int VERSION_LENGTH = 50;

    private final String serverVersion;
    private final boolean hasChecksums;
    private final byte[] postHeaderLengths;

    private FormatDescriptionEvent(String serverVersion, boolean hasChecksums, byte[] postHeaderLengths) {
        this.serverVersion = serverVersion;
        this.hasChecksums = hasChecksums;
        this.postHeaderLengths = postHeaderLengths;
    }

    /** Reads the event from behind its header, checksum included. */
    public static FormatDescriptionEvent decode(EventBytes bytes) {
        int version = bytes.u16("binlogVersion");
        if (version != BINLOG_VERSION) {
            throw bytes.place().malformed("binlogVersion", version);
        }
        String server = bytes.text(VERSION_LENGTH, StandardCharsets.US_ASCII, "serverVersion");
        int zero = server.indexOf('\0');
        bytes.u32("created");
        int headerLength = bytes.u8("headerLength");
        if (headerLength != EventHeader.LENGTH) {
            throw bytes.place().malformed("headerLength", headerLength);
        }
        int trailer = 1 + EventChecksum.LENGTH;
        byte[] lengths = bytes.bytes(Math.max(0, bytes.remaining() - trailer), "postHeaderLengths");
        int algorithm = bytes.u8("checksumAlgorithm");
        if (algorithm != EventChecksum.OFF && algorithm != EventChecksum.CRC_32) {
            throw bytes.place().malformed("checksumAlgorithm", algorithm);
        }
        return new FormatDescriptionEvent(
                zero < 0 ? server : server.substring(0, zero), algorithm == EventChecksum.CRC_32, lengths);
    }

    /** The version of the server that wrote the file. */
    public String serverVersion() {
        return serverVersion;
    }

    public boolean hasChecksums() {
        return hasChecksums;
    }

    /** Bytes between the header and the body of events of a type. */
    public int postHeaderLength(EventType type) {
        int index = type.code() - 1;
        return index < postHeaderLengths.length ? postHeaderLengths[index] & 0xFF : 0;
    }
}
