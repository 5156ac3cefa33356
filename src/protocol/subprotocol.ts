/** The WebSocket subprotocol: MessagePack arrays in binary frames, as the reference page describes them. */
export const SUBPROTOCOL = 'myriad.v1.msgpack'
/** The same arrays as JSON in text frames, for people who look at them. Only the server speaks it; the SDK does not. */
export const JSON_SUBPROTOCOL = 'myriad.v1.json'
