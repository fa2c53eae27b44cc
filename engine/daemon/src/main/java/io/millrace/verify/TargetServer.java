package io.millrace.verify;

import io.millrace.datasource.DataSource;
import io.millrace.schema.TableId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** What differs between kinds of targets: how they are reached, asked and read. Immutable. */
enum TargetServer {
    POSTGRES {
        @Override
        Connection connect(DataSource target) {
            return VerifyConnections.postgresTarget(target);
        }

        @Override
        Map<String, TheirColumn> columns(Connection connection, TableId table) throws SQLException {
            return PostgresCatalog.columns(connection, table);
        }

        @Override
        Rendering rendering(VerifiedColumn column) {
            return column.server() == SourceServer.MYSQL ? Rendering.of(column) : Rendering.ofPostgres(column);
        }

        @Override
        String quoted(TableId table) {
            return SqlName.postgres(table);
        }

        @Override
        String isUnmarked(String column) {
            return SqlName.postgres(column) + " IS NOT TRUE";
        }

        @Override
        String orderEnd() {
            return " NULLS FIRST";
        }

        @Override
        Rows rows(Connection connection, String query, int columns) throws SQLException, IOException {
            return new PostgresRows(connection, query, columns);
        }
    },
    MYSQL {
        @Override
        Connection connect(DataSource target) {
            return VerifyConnections.mysqlTarget(target);
        }

        @Override
        Map<String, TheirColumn> columns(Connection connection, TableId table) throws SQLException {
            return MySqlCatalog.columns(connection, table);
        }

        @Override
        Rendering rendering(VerifiedColumn column) {
            return column.server() == SourceServer.MYSQL
                    ? MySqlRendering.ofMySql(column)
                    : MySqlRendering.ofPostgres(column);
        }

        @Override
        String quoted(TableId table) {
            return SqlName.mysql(table);
        }

        @Override
        String isUnmarked(String column) {
            return SqlName.mysql(column) + " IS NOT TRUE";
        }

        @Override
        String orderEnd() {
            return "";
        }

        @Override
        Rows rows(Connection connection, String query, int columns) throws SQLException {
            return new MySqlRows(connection, query, columns);
        }
    };

    static TargetServer of(DataSource target) {
        return target.type().equals("postgres") ? POSTGRES : MYSQL;
    }

    abstract Connection connect(DataSource target);

    /** By name; empty where there is no such table. */
    abstract Map<String, TheirColumn> columns(Connection connection, TableId table) throws SQLException;

    abstract Rendering rendering(VerifiedColumn column);

    abstract String quoted(TableId table);

    /** The condition of rows that the source has, where deletes set a column. */
    abstract String isUnmarked(String column);

    /** What puts NULL first, behind an expression of ORDER BY. */
    abstract String orderEnd();

    abstract Rows rows(Connection connection, String query, int columns) throws SQLException, IOException;
}
