// The visitor and the agent by the contract, on the official socket.io-client.
// node official_client.mjs URL TICKET → one JSON object on stdout.
import { createRequire } from "node:module";
const { io } = createRequire(new URL("../../widget/package.json", import.meta.url))("socket.io-client");

const [url, ticket] = process.argv.slice(2);
const options = { transports: ["websocket"], reconnection: false };
const id = () => crypto.randomUUID();

const open = (namespace, auth) => io(url + namespace, { ...options, auth, forceNew: true });
const next = (socket, event, fits = () => true) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), 15000);
    const hear = (data) => {
      if (!fits(data)) return;
      clearTimeout(timer);
      socket.off(event, hear);
      resolve(data);
    };
    socket.on(event, hear);
    socket.once("connect_error", reject);
  });
const ask = async (socket, event, payload) => {
  const answer = await socket.timeout(10000).emitWithAck(event, payload);
  if (!answer.ok) throw new Error(`${event}: ${JSON.stringify(answer.error)}`);
  return answer;
};

const agent = open("/agent", { ticket });
await next(agent, "session");
await ask(agent, "status", { status: "online" });
const visitor = open("/visitor", { site: "default", locale: "en" });
const session = next(visitor, "session");
await session;
const { conversation } = await ask(visitor, "start", { cmid: id(), text: "Hello from Node" });
const offered = next(agent, "offer", (offer) => offer.conversation === conversation);
await ask(visitor, "handoff", { conversation, cmid: id() });
await offered;
const accepted = next(visitor, "event", (e) => e.kind === "accepted");
await ask(agent, "accept", { conversation });
await accepted;
const texts = [];
visitor.on("event", (e) => e.kind === "message" && texts.push(e.data.text));
const answered = next(visitor, "event", (e) => e.kind === "message" && e.data.text === "Glad to help");
await ask(agent, "say", { conversation, cmid: id(), text: "Glad to help" });
await answered;
const cmid = id();
await ask(visitor, "say", { conversation, cmid, text: "Thanks ✓ 你好" });
const repeat = await ask(visitor, "say", { conversation, cmid, text: "Thanks ✓ 你好" });
const refused = await visitor.timeout(10000).emitWithAck("say", { conversation, cmid: id(), nonsense: 1 });
await ask(visitor, "end", { conversation, cmid: id() });
const page = await ask(visitor, "sync", { conversation, after: 0 });
console.log(
  JSON.stringify({
    done: true,
    dup: repeat.dup,
    refused,
    visitor_texts: texts,
    seqs: page.events.map((e) => e.seq),
  }),
);
visitor.close();
agent.close();
process.exit(0);
