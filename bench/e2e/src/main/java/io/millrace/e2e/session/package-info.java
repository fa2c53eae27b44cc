/** What all benches need of a session: the program in a process of its own, where lines of results go, and what they say of their origin. */
package io.millrace.e2e.session;
