// The few things that happen in the browser alone.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  aftershock: {
    title: function (title) {
      if (title) document.title = title;
      return window.dash_clientside.no_update;
    },
  },
});
