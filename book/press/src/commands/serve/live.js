// Listens for a new build of this page and, while there is none, for the progress of the first.
(() => {
  const { build } = document.currentScript.dataset;
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
      if (lastEventId !== build) {
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
