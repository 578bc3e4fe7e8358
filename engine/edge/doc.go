// Package edge is the client side of the wire: a listener that survives exhaustion and a connection guard
// that stands between the socket and the HTTP server.
//
// The server behind it parses leniently, has no limit per phase of a request and does not notice that a
// client left. Each of these can only be mended below it, where the bytes arrive:
//
//   - Framing. [Conn.Read] runs a state machine over the bytes of each request once and refuses an ambiguous
//     byte before the server sees it. What passes has one reading only: CRLF line ends, one Host, one length
//     or one chunked coding, a path without dot segments or hidden slashes. The guard writes the refusal itself,
//     as JSON, and ends the connection; a server that then wants to answer too finds the connection closed.
//   - Request borders. A Read never returns bytes behind the end of the current request, so the answer to one
//     request is out before the server sees a byte of the next, and a refusal can't overtake an earlier answer.
//   - Completeness. A body cut by the client ends in [io.ErrUnexpectedEOF], never in a plain end of file.
//   - Memory. A server that buffers bodies makes room for what a client declares; the guard holds a large body or
//     chunk back until it is there, so that a client holds no more than about twice what it has sent.
//   - Time. Head, body, idle wait and stalled writes have a limit each ([Limits]). The guard owns the deadlines of
//     the socket; SetDeadline and its kin on a Conn do nothing, and the server's own timeouts stay 0.
//   - Departure. [Conn.Watch] tells within about a millisecond that the client hung up while an answer is awaited.
//   - Exhaustion. [Listener.Accept] backs off when descriptors run out, instead of ending the server.
//   - Draining. [Listener.Drain] and [Listener.CloseIdle] end connections between requests and lose none whose
//     first byte has arrived.
//
// TLS goes beneath the guard: [NewTLSListener].
//
// The server's read buffer must hold a whole head: set fasthttp's ReadBufferSize to at least Limits.HeadBytes.
package edge
