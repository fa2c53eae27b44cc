package io.millrace.reader.mysql.charset;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The character sets of one byte a character. Their tables were taken from the servers (MySQL 8.0.31 and MariaDB 11.4.5 agree in
 * all), not from the JDK, whose charsets of like names differ; a test holds them against real servers. Immutable.
 */
public final class ByteCharsets {
    private static final String RESOURCE = "byte-charsets.txt";

    private final Map<String, ByteCharset> byName;

    private ByteCharsets(Map<String, ByteCharset> byName) {
        this.byName = byName;
    }

    public static ByteCharsets load() {
        Map<String, ByteCharset> byName = new HashMap<>();
        try (InputStream in = ByteCharsets.class.getResourceAsStream(RESOURCE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    int blank = line.indexOf(' ');
                    byte[] utf16 = HexFormat.of().parseHex(line.substring(blank + 1));
                    byName.put(line.substring(0, blank), ByteCharset.of(new String(utf16, StandardCharsets.UTF_16BE)));
                }
            }
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.INVARIANT, "cannot read a resource: name=" + RESOURCE, e);
        }
        return new ByteCharsets(byName);
    }

    /** The character set, or null where it is not one of these. */
    ByteCharset get(String charset) {
        return byName.get(charset);
    }

    public Map<String, ByteCharset> all() {
        return Map.copyOf(byName);
    }
}
