package io.millrace.expression.operator;

import io.millrace.expression.value.Exact;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;
import java.util.List;

/** The first value that is not NULL; all are of one type. */
public final class Coalesce {
    private Coalesce() {}

    public static Value of(SqlType type, List<Value> values) {
        return switch (type) {
            case BOOLEAN -> new OfTruth(values.toArray(new Truth[0]));
            case INTEGER, DATE, TIMESTAMP, INSTANT, TIME -> new OfWhole(type, values.toArray(new Whole[0]));
            case DECIMAL -> new OfExact(values.toArray(new Exact[0]));
            case DOUBLE -> new OfFloating(values.toArray(new Floating[0]));
            case TEXT, UNTYPED, NULL, OPAQUE -> new OfText(values.toArray(new Text[0]));
        };
    }

    private static final class OfTruth extends Truth {
        private final Truth[] values;

        OfTruth(Truth[] values) {
            this.values = values;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            for (Truth each : values) {
                if (each.load(row)) {
                    isTrue = each.isTrue;
                    return true;
                }
            }
            return false;
        }
    }

    private static final class OfWhole extends Whole {
        private final Whole[] values;

        OfWhole(SqlType type, Whole[] values) {
            super(type);
            this.values = values;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            for (Whole each : values) {
                if (each.load(row)) {
                    value = each.value;
                    return true;
                }
            }
            return false;
        }
    }

    private static final class OfExact extends Exact {
        private final Exact[] values;

        OfExact(Exact[] values) {
            this.values = values;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            for (Exact each : values) {
                if (each.load(row)) {
                    value.set(each.value);
                    return true;
                }
            }
            return false;
        }
    }

    private static final class OfFloating extends Floating {
        private final Floating[] values;

        OfFloating(Floating[] values) {
            this.values = values;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            for (Floating each : values) {
                if (each.load(row)) {
                    value = each.value;
                    return true;
                }
            }
            return false;
        }
    }

    private static final class OfText extends Text {
        private final Text[] values;

        OfText(Text[] values) {
            this.values = values;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            for (Text each : values) {
                if (each.load(row)) {
                    point(each);
                    return true;
                }
            }
            return false;
        }
    }
}
