package io.millrace.alert;

import io.millrace.task.AlertSpec;
import java.util.OptionalDouble;

/**
 * How it stands with one alert. Immutable.
 *
 * @param value the number as it was read last, in the metric's unit; empty where nobody knows
 * @param sinceMillis since when it is above the limit, milliseconds since 1970; 0 where it is not
 * @param isRaised whether it has been so for as long as the alert asks
 */
public record AlertState(AlertSpec alert, OptionalDouble value, long sinceMillis, boolean isRaised) {}
