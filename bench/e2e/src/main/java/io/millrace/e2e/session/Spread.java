package io.millrace.e2e.session;

import java.util.Arrays;

/** What several rounds of one measurement gave: the middle one and the ends. */
public record Spread(double median, double least, double most) {
    public static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
