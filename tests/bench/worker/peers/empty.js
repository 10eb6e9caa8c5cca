// The least that a worker can do: what its start takes is the runtime's own.

export default { fetch: () => new Response("{}") };
