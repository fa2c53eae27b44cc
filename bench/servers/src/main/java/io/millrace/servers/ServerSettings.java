package io.millrace.servers;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What makes one server differ from another of its kind. Two servers of equal settings are interchangeable.
 *
 * @param options server options by name, with underscores; an empty value gives a bare switch
 * @param tls whether it has a certificate of {@link Server#certificateAuthority}
 */
record ServerSettings(ServerKind kind, Map<String, String> options, boolean tls) {
    ServerSettings {
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /** These options over the defaults of a family; an option set to {@code null} is left to the server. */
    Map<String, String> over(Map<String, String> defaults) {
        Map<String, String> all = new TreeMap<>(defaults);
        options.forEach((name, value) -> {
            if (value == null) {
                all.remove(name);
            } else {
                all.put(name, value);
            }
        });
        return all;
    }
}
