package io.millrace.transform.step;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.row.RowEncoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * Replaces what a regular expression finds, in time that grows with the text's length and no faster, whatever the expression is. Allocates.
 * Confined to a lane or loader.
 */
public final class RegexStep extends TextEdit {
    private final Pattern pattern;
    private final String to;

    public RegexStep(Pattern pattern, String to) {
        this.pattern = pattern;
        this.to = to;
    }

    /**
     * Reads the expression.
     *
     * @param to may refer to groups as {@code $1} and <code>${name}</code>
     * @throws IllegalArgumentException where one of both is wrong
     */
    public static Pattern compile(String from, String to, boolean isRegex, boolean isCaseSensitive) {
        int flags = isCaseSensitive ? 0 : Pattern.CASE_INSENSITIVE;
        try {
            Pattern pattern = Pattern.compile(isRegex ? from : Pattern.quote(from), flags);
            if (isRegex) {
                requireGroups(pattern, to);
            }
            return pattern;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a regular expression of RE2: reason=" + e.getDescription(), e);
        }
    }

    /** A replacement is looked at only where something was found; so that it fails here, it is used on an own match. */
    private static void requireGroups(Pattern pattern, String to) {
        Pattern probe = Pattern.compile("(?:" + pattern.pattern() + ")|\\z", pattern.flags());
        try {
            probe.matcher("").replaceFirst(to);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a replacement names a group that is not there, or is not closed: key=to", e);
        }
    }

    public static String literal(String to) {
        return Matcher.quoteReplacement(to);
    }

    @Override
    public void edit(int column, DirectBuffer text, int offset, int length, RowEncoder out) {
        byte[] bytes = new byte[length];
        text.getBytes(offset, bytes);
        Matcher matcher = pattern.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!matcher.find()) {
            out.putBytes(column, bytes, 0, length);
            return;
        }
        byte[] replaced = matcher.replaceAll(to).getBytes(StandardCharsets.UTF_8);
        out.putBytes(column, replaced, 0, replaced.length);
    }
}
