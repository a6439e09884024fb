// Listens for a new printing of this page and, while there is none, for how far it is.
(() => {
  const { printing } = document.currentScript.dataset;
  const work = document.getElementById("work");
  let channel;
  const listen = () => {
    channel?.close();
    // A browser opens six connections to one server: a page that nobody sees needs none.
    if (document.hidden) {
      return;
    }
    channel = new EventSource("/live-reload");
    channel.onmessage = ({ data, lastEventId }) => {
      if (lastEventId !== printing) {
        location.reload();
      } else if (work) {
        work.innerHTML = data;
      }
    };
    channel.onerror = () => channel.readyState === EventSource.CLOSED && setTimeout(listen, 500);
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();
