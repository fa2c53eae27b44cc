package io.millrace.verify;

import io.millrace.schema.TableId;

/** Names as the two servers quote them. */
final class SqlName {
    private SqlName() {}

    static String mysql(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    static String postgres(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static String mysql(TableId table) {
        return mysql(table.namespace()) + "." + mysql(table.name());
    }

    static String postgres(TableId table) {
        return postgres(table.namespace()) + "." + postgres(table.name());
    }
}
