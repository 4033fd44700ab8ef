/** A whole message of the WebSocket protocol (RFC 6455, section 5.2) as a server sends it: one text frame, unmasked. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const headBytes = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + bytes);
  frame.writeUInt8(0x81, 0);
  frame.writeUInt8(headBytes === 2 ? bytes : headBytes === 4 ? 126 : 127, 1);
  if (headBytes === 4) frame.writeUInt16BE(bytes, 2);
  if (headBytes === 10) frame.writeBigUInt64BE(BigInt(bytes), 2);
  frame.write(text, headBytes);
  return frame;
}
