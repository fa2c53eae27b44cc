package io.millrace.verify;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * When two rendered values are equal, and which of two comes first in key order. Equal bytes are equal values for every kind;
 * the rest is for what the two servers spell differently.
 */
enum ValueKind {
    /** Bytes or UTF-8 text: nothing but the same bytes is equal. */
    BYTES,
    /** Digits, perhaps with a point: 1.50 is 1.5. */
    NUMBER {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return compare(source, target) == 0;
        }

        @Override
        int compare(byte[] source, byte[] target) {
            return new BigDecimal(text(source)).compareTo(new BigDecimal(text(target)));
        }
    },
    /** The shortest digits that name the same double. */
    DOUBLE {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return compare(source, target) == 0;
        }

        @Override
        int compare(byte[] source, byte[] target) {
            // Adding 0.0 makes the two zeros one: MySQL and PostgreSQL hold them equal.
            return Double.compare(Double.parseDouble(text(source)) + 0.0, Double.parseDouble(text(target)) + 0.0);
        }
    },
    /** Date, or date and time: zeros behind the point mean nothing, and year 0 is 1 BC. */
    MOMENT {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return Moments.canonical(text(source)).equals(Moments.canonical(text(target)));
        }
    },
    /** As a moment, but what is no date at the source is NULL at the target. */
    MOMENT_OR_NULL {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return Moments.isDate(text(source)) && MOMENT.areSame(source, target);
        }

        @Override
        boolean areEqual(byte[] source, byte[] target) {
            boolean isNoDate = source != null && !Moments.isDate(text(source));
            return isNoDate ? target == null : super.areEqual(source, target);
        }
    },
    /** As a moment, but what is no date at the source is the first day of year 1 at the target. */
    MOMENT_OR_MIN {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return Moments.isDate(text(source))
                    ? MOMENT.areSame(source, target)
                    : Moments.isFirst(Moments.canonical(text(target)));
        }
    },
    /** Text from which U+0000 was taken. */
    STRIPPED {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return text(source).replace("\0", "").equals(text(target));
        }
    },
    /** Source: the bytes of singles, little-endian; target: their digits in braces. */
    VECTOR {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return Vectors.areSame(source, text(target));
        }
    },
    /** Source: {@code -838:59:59.5}; target: seconds. */
    TIME {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return compare(source, target) == 0;
        }

        @Override
        int compare(byte[] source, byte[] target) {
            return Moments.seconds(text(source)).compareTo(Moments.seconds(text(target)));
        }
    },
    /** JSON: spaces and the order of an object's keys mean nothing. */
    JSON {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return JsonText.areSame(text(source), text(target));
        }
    },
    /** Source: MySQL's SRID and WKB; target: EWKB. */
    GEOMETRY {
        @Override
        boolean areSame(byte[] source, byte[] target) {
            return Geometries.areSame(source, target);
        }
    };

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    /** Whether two values that are neither NULL nor the same bytes mean the same. */
    boolean areSame(byte[] source, byte[] target) {
        return false;
    }

    /** The order of the key at both servers. */
    int compare(byte[] source, byte[] target) {
        return areSame(source, target) ? 0 : Arrays.compareUnsigned(source, target);
    }

    boolean areEqual(byte[] source, byte[] target) {
        if (source == null || target == null) {
            return source == null && target == null;
        }
        return Arrays.equals(source, target) || areSame(source, target);
    }

    /** Both servers are asked to put NULL first. */
    final int order(byte[] source, byte[] target) {
        if (source == null || target == null) {
            return Boolean.compare(source != null, target != null);
        }
        return Arrays.equals(source, target) ? 0 : compare(source, target);
    }
}
