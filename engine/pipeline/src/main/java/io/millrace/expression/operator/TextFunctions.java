package io.millrace.expression.operator;

import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.TextScratch;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Utf8;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;
import org.agrona.DirectBuffer;

/** Text computed from text. Characters are Unicode's, one a code point. */
public final class TextFunctions {
    private TextFunctions() {}

    public static final class Concat extends Text {
        private final Text left;
        private final Text right;
        private final TextScratch scratch = new TextScratch();

        public Concat(Text left, Text right) {
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            scratch.clear();
            scratch.add(left.buffer, left.offset, left.length);
            scratch.add(right.buffer, right.offset, right.length);
            buffer = scratch.buffer();
            length = scratch.length();
            return true;
        }
    }

    /** Letters one by one, by Unicode's simple mapping, whatever the language: ß stays what it is. */
    public static final class Case extends Text {
        private final Text inner;
        private final boolean isUpper;
        private final TextScratch scratch = new TextScratch();

        public Case(Text inner, boolean isUpper) {
            this.inner = inner;
            this.isUpper = isUpper;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!inner.load(row)) {
                return false;
            }
            scratch.clear();
            int end = inner.offset + inner.length;
            int at = inner.offset;
            while (at < end) {
                int width = Utf8.width(inner.buffer, at, end);
                int c = Utf8.codePoint(inner.buffer, at, width);
                scratch.addCodePoint(isUpper ? Character.toUpperCase(c) : Character.toLowerCase(c));
                at += width;
            }
            buffer = scratch.buffer();
            length = scratch.length();
            return true;
        }
    }

    public static final class Length extends Whole {
        private final Text inner;

        public Length(Text inner) {
            super(SqlType.INTEGER);
            this.inner = inner;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean isKnown = inner.load(row);
            value = isKnown ? Utf8.count(inner.buffer, inner.offset, inner.length) : 0;
            return isKnown;
        }
    }

    /** Characters from one on, which counts from 1, and may stand before the text. */
    public static final class Substring extends Text {
        private final Text inner;
        private final Whole from;
        private final Whole count; // null: to the end

        public Substring(Text inner, Whole from, Whole count) {
            this.inner = inner;
            this.from = from;
            this.count = count;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!inner.load(row) || !from.load(row) || (count != null && !count.load(row))) {
                return false;
            }
            long end = Long.MAX_VALUE;
            if (count != null) {
                if (count.value < 0) {
                    throw EvaluationErrors.negativeLength();
                }
                boolean isOver = from.value > Long.MAX_VALUE - count.value;
                end = isOver ? Long.MAX_VALUE : from.value + count.value;
            }
            int limit = inner.offset + inner.length;
            int first = Utf8.skip(inner.buffer, inner.offset, limit, Math.max(1, from.value) - 1);
            buffer = inner.buffer;
            offset = first;
            length = end <= Math.max(1, from.value)
                    ? 0
                    : Utf8.skip(inner.buffer, first, limit, end - Math.max(1, from.value)) - first;
            return true;
        }
    }

    /** {@code %} is any characters, {@code _} is one, and a backslash takes the meaning from what follows. */
    public static final class Like extends Truth {
        private final Text text;
        private final Text pattern;

        public Like(Text text, Text pattern) {
            this.text = text;
            this.pattern = pattern;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!text.load(row) || !pattern.load(row)) {
                return false;
            }
            isTrue = isMatch();
            return true;
        }

        /** Goes back to the last {@code %} alone, so it takes at most the product of both lengths. */
        private boolean isMatch() {
            DirectBuffer chars = text.buffer;
            DirectBuffer wanted = pattern.buffer;
            int end = text.offset + text.length;
            int patternEnd = pattern.offset + pattern.length;
            int at = text.offset;
            int p = pattern.offset;
            int starPattern = -1;
            int starText = at;
            while (at < end || p < patternEnd) {
                byte c = p < patternEnd ? wanted.getByte(p) : 0;
                if (p < patternEnd && c == '%') {
                    starPattern = ++p;
                    starText = at;
                    continue;
                }
                if (p < patternEnd && c == '_' && at < end) {
                    at += Utf8.width(chars, at, end);
                    p++;
                    continue;
                }
                boolean isEscape = p < patternEnd && c == '\\';
                if (isEscape && p + 1 == patternEnd) {
                    throw EvaluationErrors.openEscape();
                }
                int literal = isEscape ? p + 1 : p;
                boolean isSame = p < patternEnd
                        && at < end
                        && (isEscape || c != '_')
                        && wanted.getByte(literal) == chars.getByte(at);
                if (isSame) {
                    at++;
                    p = literal + 1;
                    continue;
                }
                if (starPattern < 0 || starText >= end) {
                    return false;
                }
                starText += Utf8.width(chars, starText, end);
                at = starText;
                p = starPattern;
            }
            return true;
        }
    }
}
