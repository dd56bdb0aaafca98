// The floor: a Socket.IO server on Node that stores nothing and checks nothing.
// A visitor's `say` goes to its room (the visitor and the agent) and is acknowledged.
import { createRequire } from "node:module";
const { Server } = createRequire(new URL("../../widget/package.json", import.meta.url))("socket.io");

const io = new Server({ transports: ["websocket"], perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.on("join", (rooms, ack) => {
    socket.join(rooms);
    ack({ ok: true });
  });
  socket.on("say", (payload, ack) => {
    io.to(payload.conversation).emit("event", { ...payload, at_ms: Date.now() });
    ack({ ok: true });
  });
});
io.listen(Number(process.argv[2]));
