/** Local discovery's sockets: multicast on every link, for whoever decides what is said. */
export * from './local-links.ts'
export * from './lsd-socket.ts'
