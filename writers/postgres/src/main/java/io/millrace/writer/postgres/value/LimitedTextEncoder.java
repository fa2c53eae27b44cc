package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.postgres.connection.BinaryOutput;
import org.agrona.DirectBuffer;

/**
 * Text into a column that is narrower than its source. The server would refuse what is too long, but for blanks at the end,
 * which it cuts without a word; so the length is looked at here. Immutable.
 */
public final class LimitedTextEncoder implements FieldEncoder {
    private final FieldEncoder text;
    private final int maxCharacters;

    public LimitedTextEncoder(FieldEncoder text, int maxCharacters) {
        this.text = text;
        this.maxCharacters = maxCharacters;
    }

    @Override
    public int put(ImageFlyweight image, int column, BinaryOutput output) {
        int length = image.valueLength(column);
        return length > maxCharacters && characters(image.buffer(), image.valueOffset(column), length) > maxCharacters
                ? Fault.TOO_LONG
                : text.put(image, column, output);
    }

    /** Every byte of UTF-8 starts a character but those of the form 10xxxxxx. */
    private static int characters(DirectBuffer buffer, int offset, int length) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            count += (buffer.getByte(offset + i) & 0xC0) == 0x80 ? 0 : 1;
        }
        return count;
    }
}
