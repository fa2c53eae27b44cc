package io.millrace.reader.mysql.charset;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.reader.mysql.value.TextDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The character sets of several bytes, as the server itself converts them: each is asked for once, when the first column of it is
 * met, over a connection of its own. What is in the server is the truth; the JDK's charsets of like names differ.
 *
 * <p>Confined to the stream's thread.
 */
public final class ServerCharsets implements Function<String, TextDecoder> {
    /** Characters that one statement asks for: its literal stays far below the least {@code max_allowed_packet}. */
    private static final int ASKED_DIGITS = 1 << 16;

    private final DataSource dataSource;
    private final Map<String, TextDecoder> known = new HashMap<>();

    public ServerCharsets(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** The decoder of a character set, or null where it is none of these. */
    @Override
    public TextDecoder apply(String charset) {
        Optional<MultiByteLayout> layout = MultiByteLayout.of(charset);
        if (layout.isEmpty()) {
            return null;
        }
        return known.computeIfAbsent(charset, name -> read(layout.get()));
    }

    private TextDecoder read(MultiByteLayout layout) {
        try (SqlSession session = SqlSession.forCatalog(dataSource)) {
            return MultiByteCharset.of(layout, hex -> convert(session, layout.charset(), hex));
        } catch (IllegalStateException e) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL, "cannot learn a character set: charset=" + layout.charset(), e);
        }
    }

    private static String convert(SqlSession session, String charset, String hex) {
        StringBuilder text = new StringBuilder();
        // A multiple of the digits of every character.
        for (int at = 0; at < hex.length(); at += ASKED_DIGITS / 24 * 24) {
            String part = hex.substring(at, Math.min(hex.length(), at + ASKED_DIGITS / 24 * 24));
            text.append(session.value("SELECT CONVERT(_" + charset + " X'" + part + "' USING utf8mb4)")
                    .orElse(""));
        }
        return text.toString();
    }
}
