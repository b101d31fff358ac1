// Vue's runtime as the pages use it: render functions only, so that no script is ever made from text.
export {
  createApp, computed, defineComponent, Fragment, h, nextTick, onBeforeUnmount, onMounted, reactive, ref, shallowRef,
  toRaw, watch, watchEffect,
} from "/assets/vue.js";
