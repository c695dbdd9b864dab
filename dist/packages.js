export const id = 50;
export const ids = [50];
export const modules = {
 89659:
 (function(__unused_webpack_module, exports, __webpack_require__) {
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
  if (k2 === undefined) k2 = k;
  var desc = Object.getOwnPropertyDescriptor(m, k);
  if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
   desc = { enumerable: true, get: function() { return m[k]; } };
  }
  Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
  if (k2 === undefined) k2 = k;
  o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
  Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
  o["default"] = v;
});
var __importStar = (this && this.__importStar) || (function () {
  var ownKeys = function(o) {
    ownKeys = Object.getOwnPropertyNames || function (o) {
      var ar = [];
      for (var k in o) if (Object.prototype.hasOwnProperty.call(o, k)) ar[ar.length] = k;
      return ar;
    };
    return ownKeys(o);
  };
  return function (mod) {
    if (mod && mod.__esModule) return mod;
    var result = {};
    if (mod != null) for (var k = ownKeys(mod), i = 0; i < k.length; i++) if (k[i] !== "default") __createBinding(result, mod, k[i]);
    __setModuleDefault(result, mod);
    return result;
  };
})();
var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) {
  function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
  return new (P || (P = Promise))(function (resolve, reject) {
    function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
    function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
    function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
    step((generator = generator.apply(thisArg, _arguments || [])).next());
  });
};
Object.defineProperty(exports, "__esModule", ({ value: true }));
exports.HttpClient = exports.HttpClientResponse = exports.HttpClientError = exports.MediaTypes = exports.Headers = exports.HttpCodes = void 0;
exports.getProxyUrl = getProxyUrl;
exports.isHttps = isHttps;
const http = __importStar(__webpack_require__(58611));
const https = __importStar(__webpack_require__(65692));
const pm = __importStar(__webpack_require__(83335));
const tunnel = __importStar(__webpack_require__(20770));
const undici_1 = __webpack_require__(13841);
var HttpCodes;
(function (HttpCodes) {
  HttpCodes[HttpCodes["OK"] = 200] = "OK";
  HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
  HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
  HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
  HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
  HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
  HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
  HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
  HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
  HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
  HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
  HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
  HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
  HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
  HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
  HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
  HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
  HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
  HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
  HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
  HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
  HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
  HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
  HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
  HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
  HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
  HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (exports.HttpCodes = HttpCodes = {}));
var Headers;
(function (Headers) {
  Headers["Accept"] = "accept";
  Headers["ContentType"] = "content-type";
})(Headers || (exports.Headers = Headers = {}));
var MediaTypes;
(function (MediaTypes) {
  MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (exports.MediaTypes = MediaTypes = {}));
function getProxyUrl(serverUrl) {
  const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
  return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
  HttpCodes.MovedPermanently,
  HttpCodes.ResourceMoved,
  HttpCodes.SeeOther,
  HttpCodes.TemporaryRedirect,
  HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
  HttpCodes.BadGateway,
  HttpCodes.ServiceUnavailable,
  HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
  constructor(message, statusCode) {
    super(message);
    this.name = 'HttpClientError';
    this.statusCode = statusCode;
    Object.setPrototypeOf(this, HttpClientError.prototype);
  }
}
exports.HttpClientError = HttpClientError;
class HttpClientResponse {
  constructor(message) {
    this.message = message;
  }
  readBody() {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
        let output = Buffer.alloc(0);
        this.message.on('data', (chunk) => {
          output = Buffer.concat([output, chunk]);
        });
        this.message.on('end', () => {
          resolve(output.toString());
        });
      }));
    });
  }
  readBodyBuffer() {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
        const chunks = [];
        this.message.on('data', (chunk) => {
          chunks.push(chunk);
        });
        this.message.on('end', () => {
          resolve(Buffer.concat(chunks));
        });
      }));
    });
  }
}
exports.HttpClientResponse = HttpClientResponse;
function isHttps(requestUrl) {
  const parsedUrl = new URL(requestUrl);
  return parsedUrl.protocol === 'https:';
}
class HttpClient {
  constructor(userAgent, handlers, requestOptions) {
    this._ignoreSslError = false;
    this._allowRedirects = true;
    this._allowRedirectDowngrade = false;
    this._maxRedirects = 50;
    this._allowRetries = false;
    this._maxRetries = 1;
    this._keepAlive = false;
    this._disposed = false;
    this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
    this.handlers = handlers || [];
    this.requestOptions = requestOptions;
    if (requestOptions) {
      if (requestOptions.ignoreSslError != null) {
        this._ignoreSslError = requestOptions.ignoreSslError;
      }
      this._socketTimeout = requestOptions.socketTimeout;
      if (requestOptions.allowRedirects != null) {
        this._allowRedirects = requestOptions.allowRedirects;
      }
      if (requestOptions.allowRedirectDowngrade != null) {
        this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
      }
      if (requestOptions.maxRedirects != null) {
        this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
      }
      if (requestOptions.keepAlive != null) {
        this._keepAlive = requestOptions.keepAlive;
      }
      if (requestOptions.allowRetries != null) {
        this._allowRetries = requestOptions.allowRetries;
      }
      if (requestOptions.maxRetries != null) {
        this._maxRetries = requestOptions.maxRetries;
      }
    }
  }
  options(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
    });
  }
  get(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request('GET', requestUrl, null, additionalHeaders || {});
    });
  }
  del(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request('DELETE', requestUrl, null, additionalHeaders || {});
    });
  }
  post(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request('POST', requestUrl, data, additionalHeaders || {});
    });
  }
  patch(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request('PATCH', requestUrl, data, additionalHeaders || {});
    });
  }
  put(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request('PUT', requestUrl, data, additionalHeaders || {});
    });
  }
  head(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request('HEAD', requestUrl, null, additionalHeaders || {});
    });
  }
  sendStream(verb, requestUrl, stream, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function* () {
      return this.request(verb, requestUrl, stream, additionalHeaders);
    });
  }
  getJson(requestUrl_1) {
    return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      const res = yield this.get(requestUrl, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  postJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
      const data = JSON.stringify(obj, null, 2);
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      additionalHeaders[Headers.ContentType] =
        this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
      const res = yield this.post(requestUrl, data, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  putJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
      const data = JSON.stringify(obj, null, 2);
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      additionalHeaders[Headers.ContentType] =
        this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
      const res = yield this.put(requestUrl, data, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  patchJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
      const data = JSON.stringify(obj, null, 2);
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      additionalHeaders[Headers.ContentType] =
        this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
      const res = yield this.patch(requestUrl, data, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  request(verb, requestUrl, data, headers) {
    return __awaiter(this, void 0, void 0, function* () {
      if (this._disposed) {
        throw new Error('Client has already been disposed.');
      }
      const parsedUrl = new URL(requestUrl);
      let info = this._prepareRequest(verb, parsedUrl, headers);
      const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
        ? this._maxRetries + 1
        : 1;
      let numTries = 0;
      let response;
      do {
        response = yield this.requestRaw(info, data);
        if (response &&
          response.message &&
          response.message.statusCode === HttpCodes.Unauthorized) {
          let authenticationHandler;
          for (const handler of this.handlers) {
            if (handler.canHandleAuthentication(response)) {
              authenticationHandler = handler;
              break;
            }
          }
          if (authenticationHandler) {
            return authenticationHandler.handleAuthentication(this, info, data);
          }
          else {
            return response;
          }
        }
        let redirectsRemaining = this._maxRedirects;
        while (response.message.statusCode &&
          HttpRedirectCodes.includes(response.message.statusCode) &&
          this._allowRedirects &&
          redirectsRemaining > 0) {
          const redirectUrl = response.message.headers['location'];
          if (!redirectUrl) {
            break;
          }
          const parsedRedirectUrl = new URL(redirectUrl);
          if (parsedUrl.protocol === 'https:' &&
            parsedUrl.protocol !== parsedRedirectUrl.protocol &&
            !this._allowRedirectDowngrade) {
            throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
          }
          yield response.readBody();
          if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
            for (const header in headers) {
              if (header.toLowerCase() === 'authorization') {
                delete headers[header];
              }
            }
          }
          info = this._prepareRequest(verb, parsedRedirectUrl, headers);
          response = yield this.requestRaw(info, data);
          redirectsRemaining--;
        }
        if (!response.message.statusCode ||
          !HttpResponseRetryCodes.includes(response.message.statusCode)) {
          return response;
        }
        numTries += 1;
        if (numTries < maxTries) {
          yield response.readBody();
          yield this._performExponentialBackoff(numTries);
        }
      } while (numTries < maxTries);
      return response;
    });
  }
  dispose() {
    if (this._agent) {
      this._agent.destroy();
    }
    this._disposed = true;
  }
  requestRaw(info, data) {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve, reject) => {
        function callbackForResult(err, res) {
          if (err) {
            reject(err);
          }
          else if (!res) {
            reject(new Error('Unknown error'));
          }
          else {
            resolve(res);
          }
        }
        this.requestRawWithCallback(info, data, callbackForResult);
      });
    });
  }
  requestRawWithCallback(info, data, onResult) {
    if (typeof data === 'string') {
      if (!info.options.headers) {
        info.options.headers = {};
      }
      info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
    }
    let callbackCalled = false;
    function handleResult(err, res) {
      if (!callbackCalled) {
        callbackCalled = true;
        onResult(err, res);
      }
    }
    const req = info.httpModule.request(info.options, (msg) => {
      const res = new HttpClientResponse(msg);
      handleResult(undefined, res);
    });
    let socket;
    req.on('socket', sock => {
      socket = sock;
    });
    req.setTimeout(this._socketTimeout || 3 * 60000, () => {
      if (socket) {
        socket.end();
      }
      handleResult(new Error(`Request timeout: ${info.options.path}`));
    });
    req.on('error', function (err) {
      handleResult(err);
    });
    if (data && typeof data === 'string') {
      req.write(data, 'utf8');
    }
    if (data && typeof data !== 'string') {
      data.on('close', function () {
        req.end();
      });
      data.pipe(req);
    }
    else {
      req.end();
    }
  }
  getAgent(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    return this._getAgent(parsedUrl);
  }
  getAgentDispatcher(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    const proxyUrl = pm.getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (!useProxy) {
      return;
    }
    return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
  }
  _prepareRequest(method, requestUrl, headers) {
    const info = {};
    info.parsedUrl = requestUrl;
    const usingSsl = info.parsedUrl.protocol === 'https:';
    info.httpModule = usingSsl ? https : http;
    const defaultPort = usingSsl ? 443 : 80;
    info.options = {};
    info.options.host = info.parsedUrl.hostname;
    info.options.port = info.parsedUrl.port
      ? parseInt(info.parsedUrl.port)
      : defaultPort;
    info.options.path =
      (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
    info.options.method = method;
    info.options.headers = this._mergeHeaders(headers);
    if (this.userAgent != null) {
      info.options.headers['user-agent'] = this.userAgent;
    }
    info.options.agent = this._getAgent(info.parsedUrl);
    if (this.handlers) {
      for (const handler of this.handlers) {
        handler.prepareRequest(info.options);
      }
    }
    return info;
  }
  _mergeHeaders(headers) {
    if (this.requestOptions && this.requestOptions.headers) {
      return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
    }
    return lowercaseKeys(headers || {});
  }
  _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
      const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
      if (headerValue) {
        clientHeader =
          typeof headerValue === 'number' ? headerValue.toString() : headerValue;
      }
    }
    const additionalValue = additionalHeaders[header];
    if (additionalValue !== undefined) {
      return typeof additionalValue === 'number'
        ? additionalValue.toString()
        : additionalValue;
    }
    if (clientHeader !== undefined) {
      return clientHeader;
    }
    return _default;
  }
  _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
      const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
      if (headerValue) {
        if (typeof headerValue === 'number') {
          clientHeader = String(headerValue);
        }
        else if (Array.isArray(headerValue)) {
          clientHeader = headerValue.join(', ');
        }
        else {
          clientHeader = headerValue;
        }
      }
    }
    const additionalValue = additionalHeaders[Headers.ContentType];
    if (additionalValue !== undefined) {
      if (typeof additionalValue === 'number') {
        return String(additionalValue);
      }
      else if (Array.isArray(additionalValue)) {
        return additionalValue.join(', ');
      }
      else {
        return additionalValue;
      }
    }
    if (clientHeader !== undefined) {
      return clientHeader;
    }
    return _default;
  }
  _getAgent(parsedUrl) {
    let agent;
    const proxyUrl = pm.getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (this._keepAlive && useProxy) {
      agent = this._proxyAgent;
    }
    if (!useProxy) {
      agent = this._agent;
    }
    if (agent) {
      return agent;
    }
    const usingSsl = parsedUrl.protocol === 'https:';
    let maxSockets = 100;
    if (this.requestOptions) {
      maxSockets = this.requestOptions.maxSockets || http.globalAgent.maxSockets;
    }
    if (proxyUrl && proxyUrl.hostname) {
      const agentOptions = {
        maxSockets,
        keepAlive: this._keepAlive,
        proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
          proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
        })), { host: proxyUrl.hostname, port: proxyUrl.port })
      };
      let tunnelAgent;
      const overHttps = proxyUrl.protocol === 'https:';
      if (usingSsl) {
        tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
      }
      else {
        tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
      }
      agent = tunnelAgent(agentOptions);
      this._proxyAgent = agent;
    }
    if (!agent) {
      const options = { keepAlive: this._keepAlive, maxSockets };
      agent = usingSsl ? new https.Agent(options) : new http.Agent(options);
      this._agent = agent;
    }
    if (usingSsl && this._ignoreSslError) {
      agent.options = Object.assign(agent.options || {}, {
        rejectUnauthorized: false
      });
    }
    return agent;
  }
  _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
    let proxyAgent;
    if (this._keepAlive) {
      proxyAgent = this._proxyAgentDispatcher;
    }
    if (proxyAgent) {
      return proxyAgent;
    }
    const usingSsl = parsedUrl.protocol === 'https:';
    proxyAgent = new undici_1.ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
      token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
    })));
    this._proxyAgentDispatcher = proxyAgent;
    if (usingSsl && this._ignoreSslError) {
      proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
        rejectUnauthorized: false
      });
    }
    return proxyAgent;
  }
  _getUserAgentWithOrchestrationId(userAgent) {
    const baseUserAgent = userAgent || 'actions/http-client';
    const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
    if (orchId) {
      const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
      return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
    }
    return baseUserAgent;
  }
  _performExponentialBackoff(retryNumber) {
    return __awaiter(this, void 0, void 0, function* () {
      retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
      const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
      return new Promise(resolve => setTimeout(() => resolve(), ms));
    });
  }
  _processResponse(res, options) {
    return __awaiter(this, void 0, void 0, function* () {
      return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
        const statusCode = res.message.statusCode || 0;
        const response = {
          statusCode,
          result: null,
          headers: {}
        };
        if (statusCode === HttpCodes.NotFound) {
          resolve(response);
        }
        function dateTimeDeserializer(key, value) {
          if (typeof value === 'string') {
            const a = new Date(value);
            if (!isNaN(a.valueOf())) {
              return a;
            }
          }
          return value;
        }
        let obj;
        let contents;
        try {
          contents = yield res.readBody();
          if (contents && contents.length > 0) {
            if (options && options.deserializeDates) {
              obj = JSON.parse(contents, dateTimeDeserializer);
            }
            else {
              obj = JSON.parse(contents);
            }
            response.result = obj;
          }
          response.headers = res.message.headers;
        }
        catch (err) {
        }
        if (statusCode > 299) {
          let msg;
          if (obj && obj.message) {
            msg = obj.message;
          }
          else if (contents && contents.length > 0) {
            msg = contents;
          }
          else {
            msg = `Failed request: (${statusCode})`;
          }
          const err = new HttpClientError(msg, statusCode);
          err.result = response.result;
          reject(err);
        }
        else {
          resolve(response);
        }
      }));
    });
  }
}
exports.HttpClient = HttpClient;
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
 }),
 83335:
 ((__unused_webpack_module, exports) => {
Object.defineProperty(exports, "__esModule", ({ value: true }));
exports.getProxyUrl = getProxyUrl;
exports.checkBypass = checkBypass;
function getProxyUrl(reqUrl) {
  const usingSsl = reqUrl.protocol === 'https:';
  if (checkBypass(reqUrl)) {
    return undefined;
  }
  const proxyVar = (() => {
    if (usingSsl) {
      return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
    }
    else {
      return process.env['http_proxy'] || process.env['HTTP_PROXY'];
    }
  })();
  if (proxyVar) {
    try {
      return new DecodedURL(proxyVar);
    }
    catch (_a) {
      if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
        return new DecodedURL(`http://${proxyVar}`);
    }
  }
  else {
    return undefined;
  }
}
function checkBypass(reqUrl) {
  if (!reqUrl.hostname) {
    return false;
  }
  const reqHost = reqUrl.hostname;
  if (isLoopbackAddress(reqHost)) {
    return true;
  }
  const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
  if (!noProxy) {
    return false;
  }
  let reqPort;
  if (reqUrl.port) {
    reqPort = Number(reqUrl.port);
  }
  else if (reqUrl.protocol === 'http:') {
    reqPort = 80;
  }
  else if (reqUrl.protocol === 'https:') {
    reqPort = 443;
  }
  const upperReqHosts = [reqUrl.hostname.toUpperCase()];
  if (typeof reqPort === 'number') {
    upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
  }
  for (const upperNoProxyItem of noProxy
    .split(',')
    .map(x => x.trim().toUpperCase())
    .filter(x => x)) {
    if (upperNoProxyItem === '*' ||
      upperReqHosts.some(x => x === upperNoProxyItem ||
        x.endsWith(`.${upperNoProxyItem}`) ||
        (upperNoProxyItem.startsWith('.') &&
          x.endsWith(`${upperNoProxyItem}`)))) {
      return true;
    }
  }
  return false;
}
function isLoopbackAddress(host) {
  const hostLower = host.toLowerCase();
  return (hostLower === 'localhost' ||
    hostLower.startsWith('127.') ||
    hostLower.startsWith('[::1]') ||
    hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
  constructor(url, base) {
    super(url, base);
    this._decodedUsername = decodeURIComponent(super.username);
    this._decodedPassword = decodeURIComponent(super.password);
  }
  get username() {
    return this._decodedUsername;
  }
  get password() {
    return this._decodedPassword;
  }
}
 }),
 57349:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Scalar = __webpack_require__(63301);
var YAMLMap = __webpack_require__(84454);
var YAMLSeq = __webpack_require__(92223);
var resolveBlockMap = __webpack_require__(87103);
var resolveBlockSeq = __webpack_require__(90334);
var resolveFlowCollection = __webpack_require__(13142);
function resolveCollection(CN, ctx, token, onError, tagName, tag) {
  const coll = token.type === 'block-map'
    ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag)
    : token.type === 'block-seq'
      ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag)
      : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag);
  const Coll = coll.constructor;
  if (tagName === '!' || tagName === Coll.tagName) {
    coll.tag = Coll.tagName;
    return coll;
  }
  if (tagName)
    coll.tag = tagName;
  return coll;
}
function composeCollection(CN, ctx, token, props, onError) {
  const tagToken = props.tag;
  const tagName = !tagToken
    ? null
    : ctx.directives.tagName(tagToken.source, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg));
  if (token.type === 'block-seq') {
    const { anchor, newlineAfterProp: nl } = props;
    const lastProp = anchor && tagToken
      ? anchor.offset > tagToken.offset
        ? anchor
        : tagToken
      : (anchor ?? tagToken);
    if (lastProp && (!nl || nl.offset < lastProp.offset)) {
      const message = 'Missing newline after block sequence props';
      onError(lastProp, 'MISSING_CHAR', message);
    }
  }
  const expType = token.type === 'block-map'
    ? 'map'
    : token.type === 'block-seq'
      ? 'seq'
      : token.start.source === '{'
        ? 'map'
        : 'seq';
  if (!tagToken ||
    !tagName ||
    tagName === '!' ||
    (tagName === YAMLMap.YAMLMap.tagName && expType === 'map') ||
    (tagName === YAMLSeq.YAMLSeq.tagName && expType === 'seq')) {
    return resolveCollection(CN, ctx, token, onError, tagName);
  }
  let tag = ctx.schema.tags.find(t => t.tag === tagName && t.collection === expType);
  if (!tag) {
    const kt = ctx.schema.knownTags[tagName];
    if (kt?.collection === expType) {
      ctx.schema.tags.push(Object.assign({}, kt, { default: false }));
      tag = kt;
    }
    else {
      if (kt) {
        onError(tagToken, 'BAD_COLLECTION_TYPE', `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? 'scalar'}`, true);
      }
      else {
        onError(tagToken, 'TAG_RESOLVE_FAILED', `Unresolved tag: ${tagName}`, true);
      }
      return resolveCollection(CN, ctx, token, onError, tagName);
    }
  }
  const coll = resolveCollection(CN, ctx, token, onError, tagName, tag);
  const res = tag.resolve?.(coll, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg), ctx.options) ?? coll;
  const node = identity.isNode(res)
    ? res
    : new Scalar.Scalar(res);
  node.range = coll.range;
  node.tag = tagName;
  if (tag?.format)
    node.format = tag.format;
  return node;
}
exports.composeCollection = composeCollection;
 }),
 23683:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Document = __webpack_require__(3021);
var composeNode = __webpack_require__(45937);
var resolveEnd = __webpack_require__(95407);
var resolveProps = __webpack_require__(34631);
function composeDoc(options, directives, { offset, start, value, end }, onError) {
  const opts = Object.assign({ _directives: directives }, options);
  const doc = new Document.Document(undefined, opts);
  const ctx = {
    atKey: false,
    atRoot: true,
    directives: doc.directives,
    options: doc.options,
    schema: doc.schema
  };
  const props = resolveProps.resolveProps(start, {
    indicator: 'doc-start',
    next: value ?? end?.[0],
    offset,
    onError,
    parentIndent: 0,
    startOnNewline: true
  });
  if (props.found) {
    doc.directives.docStart = true;
    if (value &&
      (value.type === 'block-map' || value.type === 'block-seq') &&
      !props.hasNewline)
      onError(props.end, 'MISSING_CHAR', 'Block collection cannot start on same line with directives-end marker');
  }
  doc.contents = value
    ? composeNode.composeNode(ctx, value, props, onError)
    : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
  const contentEnd = doc.contents.range[2];
  const re = resolveEnd.resolveEnd(end, contentEnd, false, onError);
  if (re.comment)
    doc.comment = re.comment;
  doc.range = [offset, contentEnd, re.offset];
  return doc;
}
exports.composeDoc = composeDoc;
 }),
 45937:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Alias = __webpack_require__(4065);
var identity = __webpack_require__(41127);
var composeCollection = __webpack_require__(57349);
var composeScalar = __webpack_require__(5413);
var resolveEnd = __webpack_require__(95407);
var utilEmptyScalarPosition = __webpack_require__(22599);
const CN = { composeNode, composeEmptyNode };
function composeNode(ctx, token, props, onError) {
  const atKey = ctx.atKey;
  const { spaceBefore, comment, anchor, tag } = props;
  let node;
  let isSrcToken = true;
  switch (token.type) {
    case 'alias':
      node = composeAlias(ctx, token, onError);
      if (anchor || tag)
        onError(token, 'ALIAS_PROPS', 'An alias node must not specify any properties');
      break;
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'block-scalar':
      node = composeScalar.composeScalar(ctx, token, tag, onError);
      if (anchor)
        node.anchor = anchor.source.substring(1);
      break;
    case 'block-map':
    case 'block-seq':
    case 'flow-collection':
      try {
        node = composeCollection.composeCollection(CN, ctx, token, props, onError);
        if (anchor)
          node.anchor = anchor.source.substring(1);
      }
      catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        onError(token, 'RESOURCE_EXHAUSTION', message);
      }
      break;
    default: {
      const message = token.type === 'error'
        ? token.message
        : `Unsupported token (type: ${token.type})`;
      onError(token, 'UNEXPECTED_TOKEN', message);
      isSrcToken = false;
    }
  }
  node ?? (node = composeEmptyNode(ctx, token.offset, undefined, null, props, onError));
  if (anchor && node.anchor === '')
    onError(anchor, 'BAD_ALIAS', 'Anchor cannot be an empty string');
  if (atKey &&
    ctx.options.stringKeys &&
    (!identity.isScalar(node) ||
      typeof node.value !== 'string' ||
      (node.tag && node.tag !== 'tag:yaml.org,2002:str'))) {
    const msg = 'With stringKeys, all keys must be strings';
    onError(tag ?? token, 'NON_STRING_KEY', msg);
  }
  if (spaceBefore)
    node.spaceBefore = true;
  if (comment) {
    if (token.type === 'scalar' && token.source === '')
      node.comment = comment;
    else
      node.commentBefore = comment;
  }
  if (ctx.options.keepSourceTokens && isSrcToken)
    node.srcToken = token;
  return node;
}
function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor, tag, end }, onError) {
  const token = {
    type: 'scalar',
    offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
    indent: -1,
    source: ''
  };
  const node = composeScalar.composeScalar(ctx, token, tag, onError);
  if (anchor) {
    node.anchor = anchor.source.substring(1);
    if (node.anchor === '')
      onError(anchor, 'BAD_ALIAS', 'Anchor cannot be an empty string');
  }
  if (spaceBefore)
    node.spaceBefore = true;
  if (comment) {
    node.comment = comment;
    node.range[2] = end;
  }
  return node;
}
function composeAlias({ options }, { offset, source, end }, onError) {
  const alias = new Alias.Alias(source.substring(1));
  if (alias.source === '')
    onError(offset, 'BAD_ALIAS', 'Alias cannot be an empty string');
  if (alias.source.endsWith(':'))
    onError(offset + source.length - 1, 'BAD_ALIAS', 'Alias ending in : is ambiguous', true);
  const valueEnd = offset + source.length;
  const re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
  alias.range = [offset, valueEnd, re.offset];
  if (re.comment)
    alias.comment = re.comment;
  return alias;
}
exports.composeEmptyNode = composeEmptyNode;
exports.composeNode = composeNode;
 }),
 5413:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Scalar = __webpack_require__(63301);
var resolveBlockScalar = __webpack_require__(48913);
var resolveFlowScalar = __webpack_require__(76842);
function composeScalar(ctx, token, tagToken, onError) {
  const { value, type, comment, range } = token.type === 'block-scalar'
    ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError)
    : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError);
  const tagName = tagToken
    ? ctx.directives.tagName(tagToken.source, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg))
    : null;
  let tag;
  if (ctx.options.stringKeys && ctx.atKey) {
    tag = ctx.schema[identity.SCALAR];
  }
  else if (tagName)
    tag = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError);
  else if (token.type === 'scalar')
    tag = findScalarTagByTest(ctx, value, token, onError);
  else
    tag = ctx.schema[identity.SCALAR];
  let scalar;
  try {
    const res = tag.resolve(value, msg => onError(tagToken ?? token, 'TAG_RESOLVE_FAILED', msg), ctx.options);
    scalar = identity.isScalar(res) ? res : new Scalar.Scalar(res);
  }
  catch (error) {
    const msg = error instanceof Error ? error.message : String(error);
    onError(tagToken ?? token, 'TAG_RESOLVE_FAILED', msg);
    scalar = new Scalar.Scalar(value);
  }
  scalar.range = range;
  scalar.source = value;
  if (type)
    scalar.type = type;
  if (tagName)
    scalar.tag = tagName;
  if (tag.format)
    scalar.format = tag.format;
  if (comment)
    scalar.comment = comment;
  return scalar;
}
function findScalarTagByName(schema, value, tagName, tagToken, onError) {
  if (tagName === '!')
    return schema[identity.SCALAR];
  const matchWithTest = [];
  for (const tag of schema.tags) {
    if (!tag.collection && tag.tag === tagName) {
      if (tag.default && tag.test)
        matchWithTest.push(tag);
      else
        return tag;
    }
  }
  for (const tag of matchWithTest)
    if (tag.test?.test(value))
      return tag;
  const kt = schema.knownTags[tagName];
  if (kt && !kt.collection) {
    schema.tags.push(Object.assign({}, kt, { default: false, test: undefined }));
    return kt;
  }
  onError(tagToken, 'TAG_RESOLVE_FAILED', `Unresolved tag: ${tagName}`, tagName !== 'tag:yaml.org,2002:str');
  return schema[identity.SCALAR];
}
function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
  const tag = schema.tags.find(tag => (tag.default === true || (atKey && tag.default === 'key')) &&
    tag.test?.test(value)) || schema[identity.SCALAR];
  if (schema.compat) {
    const compat = schema.compat.find(tag => tag.default && tag.test?.test(value)) ??
      schema[identity.SCALAR];
    if (tag.tag !== compat.tag) {
      const ts = directives.tagString(tag.tag);
      const cs = directives.tagString(compat.tag);
      const msg = `Value may be parsed as either ${ts} or ${cs}`;
      onError(token, 'TAG_RESOLVE_FAILED', msg, true);
    }
  }
  return tag;
}
exports.composeScalar = composeScalar;
 }),
 89984:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var node_process = __webpack_require__(932);
var directives = __webpack_require__(61342);
var Document = __webpack_require__(3021);
var errors = __webpack_require__(91464);
var identity = __webpack_require__(41127);
var composeDoc = __webpack_require__(23683);
var resolveEnd = __webpack_require__(95407);
function getErrorPos(src) {
  if (typeof src === 'number')
    return [src, src + 1];
  if (Array.isArray(src))
    return src.length === 2 ? src : [src[0], src[1]];
  const { offset, source } = src;
  return [offset, offset + (typeof source === 'string' ? source.length : 1)];
}
function parsePrelude(prelude) {
  let comment = '';
  let atComment = false;
  let afterEmptyLine = false;
  for (let i = 0; i < prelude.length; ++i) {
    const source = prelude[i];
    switch (source[0]) {
      case '#':
        comment +=
          (comment === '' ? '' : afterEmptyLine ? '\n\n' : '\n') +
            (source.substring(1) || ' ');
        atComment = true;
        afterEmptyLine = false;
        break;
      case '%':
        if (prelude[i + 1]?.[0] !== '#')
          i += 1;
        atComment = false;
        break;
      default:
        if (!atComment)
          afterEmptyLine = true;
        atComment = false;
    }
  }
  return { comment, afterEmptyLine };
}
class Composer {
  constructor(options = {}) {
    this.doc = null;
    this.atDirectives = false;
    this.prelude = [];
    this.errors = [];
    this.warnings = [];
    this.onError = (source, code, message, warning) => {
      const pos = getErrorPos(source);
      if (warning)
        this.warnings.push(new errors.YAMLWarning(pos, code, message));
      else
        this.errors.push(new errors.YAMLParseError(pos, code, message));
    };
    this.directives = new directives.Directives({ version: options.version || '1.2' });
    this.options = options;
  }
  decorate(doc, afterDoc) {
    const { comment, afterEmptyLine } = parsePrelude(this.prelude);
    if (comment) {
      const dc = doc.contents;
      if (afterDoc) {
        doc.comment = doc.comment ? `${doc.comment}\n${comment}` : comment;
      }
      else if (afterEmptyLine || doc.directives.docStart || !dc) {
        doc.commentBefore = comment;
      }
      else if (identity.isCollection(dc) && !dc.flow && dc.items.length > 0) {
        let it = dc.items[0];
        if (identity.isPair(it))
          it = it.key;
        const cb = it.commentBefore;
        it.commentBefore = cb ? `${comment}\n${cb}` : comment;
      }
      else {
        const cb = dc.commentBefore;
        dc.commentBefore = cb ? `${comment}\n${cb}` : comment;
      }
    }
    if (afterDoc) {
      for (let i = 0; i < this.errors.length; ++i)
        doc.errors.push(this.errors[i]);
      for (let i = 0; i < this.warnings.length; ++i)
        doc.warnings.push(this.warnings[i]);
    }
    else {
      doc.errors = this.errors;
      doc.warnings = this.warnings;
    }
    this.prelude = [];
    this.errors = [];
    this.warnings = [];
  }
  streamInfo() {
    return {
      comment: parsePrelude(this.prelude).comment,
      directives: this.directives,
      errors: this.errors,
      warnings: this.warnings
    };
  }
  *compose(tokens, forceDoc = false, endOffset = -1) {
    for (const token of tokens)
      yield* this.next(token);
    yield* this.end(forceDoc, endOffset);
  }
  *next(token) {
    if (node_process.env.LOG_STREAM)
      console.dir(token, { depth: null });
    switch (token.type) {
      case 'directive':
        this.directives.add(token.source, (offset, message, warning) => {
          const pos = getErrorPos(token);
          pos[0] += offset;
          this.onError(pos, 'BAD_DIRECTIVE', message, warning);
        });
        this.prelude.push(token.source);
        this.atDirectives = true;
        break;
      case 'document': {
        const doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
        if (this.atDirectives && !doc.directives.docStart)
          this.onError(token, 'MISSING_CHAR', 'Missing directives-end/doc-start indicator line');
        this.decorate(doc, false);
        if (this.doc)
          yield this.doc;
        this.doc = doc;
        this.atDirectives = false;
        break;
      }
      case 'byte-order-mark':
      case 'space':
        break;
      case 'comment':
      case 'newline':
        this.prelude.push(token.source);
        break;
      case 'error': {
        const msg = token.source
          ? `${token.message}: ${JSON.stringify(token.source)}`
          : token.message;
        const error = new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', msg);
        if (this.atDirectives || !this.doc)
          this.errors.push(error);
        else
          this.doc.errors.push(error);
        break;
      }
      case 'doc-end': {
        if (!this.doc) {
          const msg = 'Unexpected doc-end without preceding document';
          this.errors.push(new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', msg));
          break;
        }
        this.doc.directives.docEnd = true;
        const end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
        this.decorate(this.doc, true);
        if (end.comment) {
          const dc = this.doc.comment;
          this.doc.comment = dc ? `${dc}\n${end.comment}` : end.comment;
        }
        this.doc.range[2] = end.offset;
        break;
      }
      default:
        this.errors.push(new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', `Unsupported token ${token.type}`));
    }
  }
  *end(forceDoc = false, endOffset = -1) {
    if (this.doc) {
      this.decorate(this.doc, true);
      yield this.doc;
      this.doc = null;
    }
    else if (forceDoc) {
      const opts = Object.assign({ _directives: this.directives }, this.options);
      const doc = new Document.Document(undefined, opts);
      if (this.atDirectives)
        this.onError(endOffset, 'MISSING_CHAR', 'Missing directives-end indicator line');
      doc.range = [0, endOffset, endOffset];
      this.decorate(doc, false);
      yield doc;
    }
  }
}
exports.Composer = Composer;
 }),
 87103:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Pair = __webpack_require__(57165);
var YAMLMap = __webpack_require__(84454);
var resolveProps = __webpack_require__(34631);
var utilContainsNewline = __webpack_require__(9499);
var utilFlowIndentCheck = __webpack_require__(74051);
var utilMapIncludes = __webpack_require__(81187);
const startColMsg = 'All mapping items must start at the same column';
function resolveBlockMap({ composeNode, composeEmptyNode }, ctx, bm, onError, tag) {
  const NodeClass = tag?.nodeClass ?? YAMLMap.YAMLMap;
  const map = new NodeClass(ctx.schema);
  if (ctx.atRoot)
    ctx.atRoot = false;
  let offset = bm.offset;
  let commentEnd = null;
  for (const collItem of bm.items) {
    const { start, key, sep, value } = collItem;
    const keyProps = resolveProps.resolveProps(start, {
      indicator: 'explicit-key-ind',
      next: key ?? sep?.[0],
      offset,
      onError,
      parentIndent: bm.indent,
      startOnNewline: true
    });
    const implicitKey = !keyProps.found;
    if (implicitKey) {
      if (key) {
        if (key.type === 'block-seq')
          onError(offset, 'BLOCK_AS_IMPLICIT_KEY', 'A block sequence may not be used as an implicit map key');
        else if ('indent' in key && key.indent !== bm.indent)
          onError(offset, 'BAD_INDENT', startColMsg);
      }
      if (!keyProps.anchor && !keyProps.tag && !sep) {
        commentEnd = keyProps.end;
        if (keyProps.comment) {
          if (map.comment)
            map.comment += '\n' + keyProps.comment;
          else
            map.comment = keyProps.comment;
        }
        continue;
      }
      if (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) {
        onError(key ?? start[start.length - 1], 'MULTILINE_IMPLICIT_KEY', 'Implicit keys need to be on a single line');
      }
    }
    else if (keyProps.found?.indent !== bm.indent) {
      onError(offset, 'BAD_INDENT', startColMsg);
    }
    ctx.atKey = true;
    const keyStart = keyProps.end;
    const keyNode = key
      ? composeNode(ctx, key, keyProps, onError)
      : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
    if (ctx.schema.compat)
      utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError);
    ctx.atKey = false;
    if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
      onError(keyStart, 'DUPLICATE_KEY', 'Map keys must be unique');
    const valueProps = resolveProps.resolveProps(sep ?? [], {
      indicator: 'map-value-ind',
      next: value,
      offset: keyNode.range[2],
      onError,
      parentIndent: bm.indent,
      startOnNewline: !key || key.type === 'block-scalar'
    });
    offset = valueProps.end;
    if (valueProps.found) {
      if (implicitKey) {
        if (value?.type === 'block-map' && !valueProps.hasNewline)
          onError(offset, 'BLOCK_AS_IMPLICIT_KEY', 'Nested mappings are not allowed in compact mappings');
        if (ctx.options.strict &&
          keyProps.start < valueProps.found.offset - 1024)
          onError(keyNode.range, 'KEY_OVER_1024_CHARS', 'The : indicator must be at most 1024 chars after the start of an implicit block mapping key');
      }
      const valueNode = value
        ? composeNode(ctx, value, valueProps, onError)
        : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
      if (ctx.schema.compat)
        utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError);
      offset = valueNode.range[2];
      const pair = new Pair.Pair(keyNode, valueNode);
      if (ctx.options.keepSourceTokens)
        pair.srcToken = collItem;
      map.items.push(pair);
    }
    else {
      if (implicitKey)
        onError(keyNode.range, 'MISSING_CHAR', 'Implicit map keys need to be followed by map values');
      if (valueProps.comment) {
        if (keyNode.comment)
          keyNode.comment += '\n' + valueProps.comment;
        else
          keyNode.comment = valueProps.comment;
      }
      const pair = new Pair.Pair(keyNode);
      if (ctx.options.keepSourceTokens)
        pair.srcToken = collItem;
      map.items.push(pair);
    }
  }
  if (commentEnd && commentEnd < offset)
    onError(commentEnd, 'IMPOSSIBLE', 'Map comment with trailing content');
  map.range = [bm.offset, offset, commentEnd ?? offset];
  return map;
}
exports.resolveBlockMap = resolveBlockMap;
 }),
 48913:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
function resolveBlockScalar(ctx, scalar, onError) {
  const start = scalar.offset;
  const header = parseBlockScalarHeader(scalar, ctx.options.strict, onError);
  if (!header)
    return { value: '', type: null, comment: '', range: [start, start, start] };
  const type = header.mode === '>' ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL;
  const lines = scalar.source ? splitLines(scalar.source) : [];
  let chompStart = lines.length;
  for (let i = lines.length - 1; i >= 0; --i) {
    const content = lines[i][1];
    if (content === '' || content === '\r')
      chompStart = i;
    else
      break;
  }
  if (chompStart === 0) {
    const value = header.chomp === '+' && lines.length > 0
      ? '\n'.repeat(Math.max(1, lines.length - 1))
      : '';
    let end = start + header.length;
    if (scalar.source)
      end += scalar.source.length;
    return { value, type, comment: header.comment, range: [start, end, end] };
  }
  let trimIndent = scalar.indent + header.indent;
  let offset = scalar.offset + header.length;
  let contentStart = 0;
  for (let i = 0; i < chompStart; ++i) {
    const [indent, content] = lines[i];
    if (content === '' || content === '\r') {
      if (header.indent === 0 && indent.length > trimIndent)
        trimIndent = indent.length;
    }
    else {
      if (indent.length < trimIndent) {
        const message = 'Block scalars with more-indented leading empty lines must use an explicit indentation indicator';
        onError(offset + indent.length, 'MISSING_CHAR', message);
      }
      if (header.indent === 0)
        trimIndent = indent.length;
      contentStart = i;
      if (trimIndent === 0 && !ctx.atRoot) {
        const message = 'Block scalar values in collections must be indented';
        onError(offset, 'BAD_INDENT', message);
      }
      break;
    }
    offset += indent.length + content.length + 1;
  }
  for (let i = lines.length - 1; i >= chompStart; --i) {
    if (lines[i][0].length > trimIndent)
      chompStart = i + 1;
  }
  let value = '';
  let sep = '';
  let prevMoreIndented = false;
  for (let i = 0; i < contentStart; ++i)
    value += lines[i][0].slice(trimIndent) + '\n';
  for (let i = contentStart; i < chompStart; ++i) {
    let [indent, content] = lines[i];
    offset += indent.length + content.length + 1;
    const crlf = content[content.length - 1] === '\r';
    if (crlf)
      content = content.slice(0, -1);
    if (content && indent.length < trimIndent) {
      const src = header.indent
        ? 'explicit indentation indicator'
        : 'first line';
      const message = `Block scalar lines must not be less indented than their ${src}`;
      onError(offset - content.length - (crlf ? 2 : 1), 'BAD_INDENT', message);
      indent = '';
    }
    if (type === Scalar.Scalar.BLOCK_LITERAL) {
      value += sep + indent.slice(trimIndent) + content;
      sep = '\n';
    }
    else if (indent.length > trimIndent || content[0] === '\t') {
      if (sep === ' ')
        sep = '\n';
      else if (!prevMoreIndented && sep === '\n')
        sep = '\n\n';
      value += sep + indent.slice(trimIndent) + content;
      sep = '\n';
      prevMoreIndented = true;
    }
    else if (content === '') {
      if (sep === '\n')
        value += '\n';
      else
        sep = '\n';
    }
    else {
      value += sep + content;
      sep = ' ';
      prevMoreIndented = false;
    }
  }
  switch (header.chomp) {
    case '-':
      break;
    case '+':
      for (let i = chompStart; i < lines.length; ++i)
        value += '\n' + lines[i][0].slice(trimIndent);
      if (value[value.length - 1] !== '\n')
        value += '\n';
      break;
    default:
      value += '\n';
  }
  const end = start + header.length + scalar.source.length;
  return { value, type, comment: header.comment, range: [start, end, end] };
}
function parseBlockScalarHeader({ offset, props }, strict, onError) {
  if (props[0].type !== 'block-scalar-header') {
    onError(props[0], 'IMPOSSIBLE', 'Block scalar header not found');
    return null;
  }
  const { source } = props[0];
  const mode = source[0];
  let indent = 0;
  let chomp = '';
  let error = -1;
  for (let i = 1; i < source.length; ++i) {
    const ch = source[i];
    if (!chomp && (ch === '-' || ch === '+'))
      chomp = ch;
    else {
      const n = Number(ch);
      if (!indent && n)
        indent = n;
      else if (error === -1)
        error = offset + i;
    }
  }
  if (error !== -1)
    onError(error, 'UNEXPECTED_TOKEN', `Block scalar header includes extra characters: ${source}`);
  let hasSpace = false;
  let comment = '';
  let length = source.length;
  for (let i = 1; i < props.length; ++i) {
    const token = props[i];
    switch (token.type) {
      case 'space':
        hasSpace = true;
      case 'newline':
        length += token.source.length;
        break;
      case 'comment':
        if (strict && !hasSpace) {
          const message = 'Comments must be separated from other tokens by white space characters';
          onError(token, 'MISSING_CHAR', message);
        }
        length += token.source.length;
        comment = token.source.substring(1);
        break;
      case 'error':
        onError(token, 'UNEXPECTED_TOKEN', token.message);
        length += token.source.length;
        break;
      default: {
        const message = `Unexpected token in block scalar header: ${token.type}`;
        onError(token, 'UNEXPECTED_TOKEN', message);
        const ts = token.source;
        if (ts && typeof ts === 'string')
          length += ts.length;
      }
    }
  }
  return { mode, indent, chomp, comment, length };
}
function splitLines(source) {
  const split = source.split(/\n( *)/);
  const first = split[0];
  const m = first.match(/^( *)/);
  const line0 = m?.[1]
    ? [m[1], first.slice(m[1].length)]
    : ['', first];
  const lines = [line0];
  for (let i = 1; i < split.length; i += 2)
    lines.push([split[i], split[i + 1]]);
  return lines;
}
exports.resolveBlockScalar = resolveBlockScalar;
 }),
 90334:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var YAMLSeq = __webpack_require__(92223);
var resolveProps = __webpack_require__(34631);
var utilFlowIndentCheck = __webpack_require__(74051);
function resolveBlockSeq({ composeNode, composeEmptyNode }, ctx, bs, onError, tag) {
  const NodeClass = tag?.nodeClass ?? YAMLSeq.YAMLSeq;
  const seq = new NodeClass(ctx.schema);
  if (ctx.atRoot)
    ctx.atRoot = false;
  if (ctx.atKey)
    ctx.atKey = false;
  let offset = bs.offset;
  let commentEnd = null;
  for (const { start, value } of bs.items) {
    const props = resolveProps.resolveProps(start, {
      indicator: 'seq-item-ind',
      next: value,
      offset,
      onError,
      parentIndent: bs.indent,
      startOnNewline: true
    });
    if (!props.found) {
      if (props.anchor || props.tag || value) {
        if (value?.type === 'block-seq')
          onError(props.end, 'BAD_INDENT', 'All sequence items must start at the same column');
        else
          onError(offset, 'MISSING_CHAR', 'Sequence item without - indicator');
      }
      else {
        commentEnd = props.end;
        if (props.comment)
          seq.comment = props.comment;
        continue;
      }
    }
    const node = value
      ? composeNode(ctx, value, props, onError)
      : composeEmptyNode(ctx, props.end, start, null, props, onError);
    if (ctx.schema.compat)
      utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError);
    offset = node.range[2];
    seq.items.push(node);
  }
  seq.range = [bs.offset, offset, commentEnd ?? offset];
  return seq;
}
exports.resolveBlockSeq = resolveBlockSeq;
 }),
 95407:
 ((__unused_webpack_module, exports) => {
function resolveEnd(end, offset, reqSpace, onError) {
  let comment = '';
  if (end) {
    let hasSpace = false;
    let sep = '';
    for (const token of end) {
      const { source, type } = token;
      switch (type) {
        case 'space':
          hasSpace = true;
          break;
        case 'comment': {
          if (reqSpace && !hasSpace)
            onError(token, 'MISSING_CHAR', 'Comments must be separated from other tokens by white space characters');
          const cb = source.substring(1) || ' ';
          if (!comment)
            comment = cb;
          else
            comment += sep + cb;
          sep = '';
          break;
        }
        case 'newline':
          if (comment)
            sep += source;
          hasSpace = true;
          break;
        default:
          onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${type} at node end`);
      }
      offset += source.length;
    }
  }
  return { comment, offset };
}
exports.resolveEnd = resolveEnd;
 }),
 13142:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Pair = __webpack_require__(57165);
var YAMLMap = __webpack_require__(84454);
var YAMLSeq = __webpack_require__(92223);
var resolveEnd = __webpack_require__(95407);
var resolveProps = __webpack_require__(34631);
var utilContainsNewline = __webpack_require__(9499);
var utilMapIncludes = __webpack_require__(81187);
const blockMsg = 'Block collections are not allowed within flow collections';
const isBlock = (token) => token && (token.type === 'block-map' || token.type === 'block-seq');
function resolveFlowCollection({ composeNode, composeEmptyNode }, ctx, fc, onError, tag) {
  const isMap = fc.start.source === '{';
  const fcName = isMap ? 'flow map' : 'flow sequence';
  const NodeClass = (tag?.nodeClass ?? (isMap ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq));
  const coll = new NodeClass(ctx.schema);
  coll.flow = true;
  const atRoot = ctx.atRoot;
  if (atRoot)
    ctx.atRoot = false;
  if (ctx.atKey)
    ctx.atKey = false;
  let offset = fc.offset + fc.start.source.length;
  for (let i = 0; i < fc.items.length; ++i) {
    const collItem = fc.items[i];
    const { start, key, sep, value } = collItem;
    const props = resolveProps.resolveProps(start, {
      flow: fcName,
      indicator: 'explicit-key-ind',
      next: key ?? sep?.[0],
      offset,
      onError,
      parentIndent: fc.indent,
      startOnNewline: false
    });
    if (!props.found) {
      if (!props.anchor && !props.tag && !sep && !value) {
        if (i === 0 && props.comma)
          onError(props.comma, 'UNEXPECTED_TOKEN', `Unexpected , in ${fcName}`);
        else if (i < fc.items.length - 1)
          onError(props.start, 'UNEXPECTED_TOKEN', `Unexpected empty item in ${fcName}`);
        if (props.comment) {
          if (coll.comment)
            coll.comment += '\n' + props.comment;
          else
            coll.comment = props.comment;
        }
        offset = props.end;
        continue;
      }
      if (!isMap && ctx.options.strict && utilContainsNewline.containsNewline(key))
        onError(key,
        'MULTILINE_IMPLICIT_KEY', 'Implicit keys of flow sequence pairs need to be on a single line');
    }
    if (i === 0) {
      if (props.comma)
        onError(props.comma, 'UNEXPECTED_TOKEN', `Unexpected , in ${fcName}`);
    }
    else {
      if (!props.comma)
        onError(props.start, 'MISSING_CHAR', `Missing , between ${fcName} items`);
      if (props.comment) {
        let prevItemComment = '';
        loop: for (const st of start) {
          switch (st.type) {
            case 'comma':
            case 'space':
              break;
            case 'comment':
              prevItemComment = st.source.substring(1);
              break loop;
            default:
              break loop;
          }
        }
        if (prevItemComment) {
          let prev = coll.items[coll.items.length - 1];
          if (identity.isPair(prev))
            prev = prev.value ?? prev.key;
          if (prev.comment)
            prev.comment += '\n' + prevItemComment;
          else
            prev.comment = prevItemComment;
          props.comment = props.comment.substring(prevItemComment.length + 1);
        }
      }
    }
    if (!isMap && !sep && !props.found) {
      const valueNode = value
        ? composeNode(ctx, value, props, onError)
        : composeEmptyNode(ctx, props.end, sep, null, props, onError);
      coll.items.push(valueNode);
      offset = valueNode.range[2];
      if (isBlock(value))
        onError(valueNode.range, 'BLOCK_IN_FLOW', blockMsg);
    }
    else {
      ctx.atKey = true;
      const keyStart = props.end;
      const keyNode = key
        ? composeNode(ctx, key, props, onError)
        : composeEmptyNode(ctx, keyStart, start, null, props, onError);
      if (isBlock(key))
        onError(keyNode.range, 'BLOCK_IN_FLOW', blockMsg);
      ctx.atKey = false;
      const valueProps = resolveProps.resolveProps(sep ?? [], {
        flow: fcName,
        indicator: 'map-value-ind',
        next: value,
        offset: keyNode.range[2],
        onError,
        parentIndent: fc.indent,
        startOnNewline: false
      });
      if (valueProps.found) {
        if (!isMap && !props.found && ctx.options.strict) {
          if (sep)
            for (const st of sep) {
              if (st === valueProps.found)
                break;
              if (st.type === 'newline') {
                onError(st, 'MULTILINE_IMPLICIT_KEY', 'Implicit keys of flow sequence pairs need to be on a single line');
                break;
              }
            }
          if (props.start < valueProps.found.offset - 1024)
            onError(valueProps.found, 'KEY_OVER_1024_CHARS', 'The : indicator must be at most 1024 chars after the start of an implicit flow sequence key');
        }
      }
      else if (value) {
        if ('source' in value && value.source?.[0] === ':')
          onError(value, 'MISSING_CHAR', `Missing space after : in ${fcName}`);
        else
          onError(valueProps.start, 'MISSING_CHAR', `Missing , or : between ${fcName} items`);
      }
      const valueNode = value
        ? composeNode(ctx, value, valueProps, onError)
        : valueProps.found
          ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError)
          : null;
      if (valueNode) {
        if (isBlock(value))
          onError(valueNode.range, 'BLOCK_IN_FLOW', blockMsg);
      }
      else if (valueProps.comment) {
        if (keyNode.comment)
          keyNode.comment += '\n' + valueProps.comment;
        else
          keyNode.comment = valueProps.comment;
      }
      const pair = new Pair.Pair(keyNode, valueNode);
      if (ctx.options.keepSourceTokens)
        pair.srcToken = collItem;
      if (isMap) {
        const map = coll;
        if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
          onError(keyStart, 'DUPLICATE_KEY', 'Map keys must be unique');
        map.items.push(pair);
      }
      else {
        const map = new YAMLMap.YAMLMap(ctx.schema);
        map.flow = true;
        map.items.push(pair);
        const endRange = (valueNode ?? keyNode).range;
        map.range = [keyNode.range[0], endRange[1], endRange[2]];
        coll.items.push(map);
      }
      offset = valueNode ? valueNode.range[2] : valueProps.end;
    }
  }
  const expectedEnd = isMap ? '}' : ']';
  const [ce, ...ee] = fc.end;
  let cePos = offset;
  if (ce?.source === expectedEnd)
    cePos = ce.offset + ce.source.length;
  else {
    const name = fcName[0].toUpperCase() + fcName.substring(1);
    const msg = atRoot
      ? `${name} must end with a ${expectedEnd}`
      : `${name} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
    onError(offset, atRoot ? 'MISSING_CHAR' : 'BAD_INDENT', msg);
    if (ce && ce.source.length !== 1)
      ee.unshift(ce);
  }
  if (ee.length > 0) {
    const end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
    if (end.comment) {
      if (coll.comment)
        coll.comment += '\n' + end.comment;
      else
        coll.comment = end.comment;
    }
    coll.range = [fc.offset, cePos, end.offset];
  }
  else {
    coll.range = [fc.offset, cePos, cePos];
  }
  return coll;
}
exports.resolveFlowCollection = resolveFlowCollection;
 }),
 76842:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
var resolveEnd = __webpack_require__(95407);
function resolveFlowScalar(scalar, strict, onError) {
  const { offset, type, source, end } = scalar;
  let _type;
  let value;
  const _onError = (rel, code, msg) => onError(offset + rel, code, msg);
  switch (type) {
    case 'scalar':
      _type = Scalar.Scalar.PLAIN;
      value = plainValue(source, _onError);
      break;
    case 'single-quoted-scalar':
      _type = Scalar.Scalar.QUOTE_SINGLE;
      value = singleQuotedValue(source, _onError);
      break;
    case 'double-quoted-scalar':
      _type = Scalar.Scalar.QUOTE_DOUBLE;
      value = doubleQuotedValue(source, _onError);
      break;
    default:
      onError(scalar, 'UNEXPECTED_TOKEN', `Expected a flow scalar value, but found: ${type}`);
      return {
        value: '',
        type: null,
        comment: '',
        range: [offset, offset + source.length, offset + source.length]
      };
  }
  const valueEnd = offset + source.length;
  const re = resolveEnd.resolveEnd(end, valueEnd, strict, onError);
  return {
    value,
    type: _type,
    comment: re.comment,
    range: [offset, valueEnd, re.offset]
  };
}
function plainValue(source, onError) {
  let badChar = '';
  switch (source[0]) {
    case '\t':
      badChar = 'a tab character';
      break;
    case ',':
      badChar = 'flow indicator character ,';
      break;
    case '%':
      badChar = 'directive indicator character %';
      break;
    case '|':
    case '>': {
      badChar = `block scalar indicator ${source[0]}`;
      break;
    }
    case '@':
    case '`': {
      badChar = `reserved character ${source[0]}`;
      break;
    }
  }
  if (badChar)
    onError(0, 'BAD_SCALAR_START', `Plain value cannot start with ${badChar}`);
  return unfoldLines(source);
}
function singleQuotedValue(source, onError) {
  if (source[source.length - 1] !== "'" || source.length === 1)
    onError(source.length, 'MISSING_CHAR', "Missing closing 'quote");
  return unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
}
function unfoldLines(source) {
  const line = /(.*?)\r?\n/sy;
  let match = line.exec(source);
  if (!match)
    return source;
  let trimEnd, trimBoth;
  try {
    trimEnd = new RegExp('(?<![ \t])[ \t]+$');
    trimBoth = new RegExp('^[ \t]+|(?<![ \t])[ \t]+$', 'g');
  }
  catch {
    trimEnd = /[ \t]+$/;
    trimBoth = /^[ \t]+|[ \t]+$/g;
  }
  let res = match[1].replace(trimEnd, '');
  let sep = ' ';
  let pos = line.lastIndex;
  while ((match = line.exec(source))) {
    const lm = match[1].replace(trimBoth, '');
    if (lm === '') {
      if (sep === '\n')
        res += sep;
      else
        sep = '\n';
    }
    else {
      res += sep + lm;
      sep = ' ';
    }
    pos = line.lastIndex;
  }
  const last = /[ \t]*(.*)/sy;
  last.lastIndex = pos;
  match = last.exec(source);
  return res + sep + (match?.[1] ?? '');
}
function doubleQuotedValue(source, onError) {
  let res = '';
  for (let i = 1; i < source.length - 1; ++i) {
    const ch = source[i];
    if (ch === '\r' && source[i + 1] === '\n')
      continue;
    if (ch === '\n') {
      const { fold, offset } = foldNewline(source, i);
      res += fold;
      i = offset;
    }
    else if (ch === '\\') {
      let next = source[++i];
      const cc = escapeCodes[next];
      if (cc)
        res += cc;
      else if (next === '\n') {
        next = source[i + 1];
        while (next === ' ' || next === '\t')
          next = source[++i + 1];
      }
      else if (next === '\r' && source[i + 1] === '\n') {
        next = source[++i + 1];
        while (next === ' ' || next === '\t')
          next = source[++i + 1];
      }
      else if (next === 'x' || next === 'u' || next === 'U') {
        const length = next === 'x' ? 2 : next === 'u' ? 4 : 8;
        res += parseCharCode(source, i + 1, length, onError);
        i += length;
      }
      else {
        const raw = source.substr(i - 1, 2);
        onError(i - 1, 'BAD_DQ_ESCAPE', `Invalid escape sequence ${raw}`);
        res += raw;
      }
    }
    else if (ch === ' ' || ch === '\t') {
      const wsStart = i;
      let next = source[i + 1];
      while (next === ' ' || next === '\t')
        next = source[++i + 1];
      if (next !== '\n' && !(next === '\r' && source[i + 2] === '\n'))
        res += i > wsStart ? source.slice(wsStart, i + 1) : ch;
    }
    else {
      res += ch;
    }
  }
  if (source[source.length - 1] !== '"' || source.length === 1)
    onError(source.length, 'MISSING_CHAR', 'Missing closing "quote');
  return res;
}
function foldNewline(source, offset) {
  let fold = '';
  let ch = source[offset + 1];
  while (ch === ' ' || ch === '\t' || ch === '\n' || ch === '\r') {
    if (ch === '\r' && source[offset + 2] !== '\n')
      break;
    if (ch === '\n')
      fold += '\n';
    offset += 1;
    ch = source[offset + 1];
  }
  if (!fold)
    fold = ' ';
  return { fold, offset };
}
const escapeCodes = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t'
};
function parseCharCode(source, offset, length, onError) {
  const cc = source.substr(offset, length);
  const ok = cc.length === length && /^[0-9a-fA-F]+$/.test(cc);
  const code = ok ? parseInt(cc, 16) : NaN;
  try {
    return String.fromCodePoint(code);
  }
  catch {
    const raw = source.substr(offset - 2, length + 2);
    onError(offset - 2, 'BAD_DQ_ESCAPE', `Invalid escape sequence ${raw}`);
    return raw;
  }
}
exports.resolveFlowScalar = resolveFlowScalar;
 }),
 34631:
 ((__unused_webpack_module, exports) => {
function resolveProps(tokens, { flow, indicator, next, offset, onError, parentIndent, startOnNewline }) {
  let spaceBefore = false;
  let atNewline = startOnNewline;
  let hasSpace = startOnNewline;
  let comment = '';
  let commentSep = '';
  let hasNewline = false;
  let reqSpace = false;
  let tab = null;
  let anchor = null;
  let tag = null;
  let newlineAfterProp = null;
  let comma = null;
  let found = null;
  let start = null;
  for (const token of tokens) {
    if (reqSpace) {
      if (token.type !== 'space' &&
        token.type !== 'newline' &&
        token.type !== 'comma')
        onError(token.offset, 'MISSING_CHAR', 'Tags and anchors must be separated from the next token by white space');
      reqSpace = false;
    }
    if (tab) {
      if (atNewline && token.type !== 'comment' && token.type !== 'newline') {
        onError(tab, 'TAB_AS_INDENT', 'Tabs are not allowed as indentation');
      }
      tab = null;
    }
    switch (token.type) {
      case 'space':
        if (!flow &&
          (indicator !== 'doc-start' || next?.type !== 'flow-collection') &&
          token.source.includes('\t')) {
          tab = token;
        }
        hasSpace = true;
        break;
      case 'comment': {
        if (!hasSpace)
          onError(token, 'MISSING_CHAR', 'Comments must be separated from other tokens by white space characters');
        const cb = token.source.substring(1) || ' ';
        if (!comment)
          comment = cb;
        else
          comment += commentSep + cb;
        commentSep = '';
        atNewline = false;
        break;
      }
      case 'newline':
        if (atNewline) {
          if (comment)
            comment += token.source;
          else if (!found || indicator !== 'seq-item-ind')
            spaceBefore = true;
        }
        else
          commentSep += token.source;
        atNewline = true;
        hasNewline = true;
        if (anchor || tag)
          newlineAfterProp = token;
        hasSpace = true;
        break;
      case 'anchor':
        if (anchor)
          onError(token, 'MULTIPLE_ANCHORS', 'A node can have at most one anchor');
        if (token.source.endsWith(':'))
          onError(token.offset + token.source.length - 1, 'BAD_ALIAS', 'Anchor ending in : is ambiguous', true);
        anchor = token;
        start ?? (start = token.offset);
        atNewline = false;
        hasSpace = false;
        reqSpace = true;
        break;
      case 'tag': {
        if (tag)
          onError(token, 'MULTIPLE_TAGS', 'A node can have at most one tag');
        tag = token;
        start ?? (start = token.offset);
        atNewline = false;
        hasSpace = false;
        reqSpace = true;
        break;
      }
      case indicator:
        if (anchor || tag)
          onError(token, 'BAD_PROP_ORDER', `Anchors and tags must be after the ${token.source} indicator`);
        if (found)
          onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${token.source} in ${flow ?? 'collection'}`);
        found = token;
        atNewline =
          indicator === 'seq-item-ind' || indicator === 'explicit-key-ind';
        hasSpace = false;
        break;
      case 'comma':
        if (flow) {
          if (comma)
            onError(token, 'UNEXPECTED_TOKEN', `Unexpected , in ${flow}`);
          comma = token;
          atNewline = false;
          hasSpace = false;
          break;
        }
      default:
        onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${token.type} token`);
        atNewline = false;
        hasSpace = false;
    }
  }
  const last = tokens[tokens.length - 1];
  const end = last ? last.offset + last.source.length : offset;
  if (reqSpace &&
    next &&
    next.type !== 'space' &&
    next.type !== 'newline' &&
    next.type !== 'comma' &&
    (next.type !== 'scalar' || next.source !== '')) {
    onError(next.offset, 'MISSING_CHAR', 'Tags and anchors must be separated from the next token by white space');
  }
  if (tab &&
    ((atNewline && tab.indent <= parentIndent) ||
      next?.type === 'block-map' ||
      next?.type === 'block-seq'))
    onError(tab, 'TAB_AS_INDENT', 'Tabs are not allowed as indentation');
  return {
    comma,
    found,
    spaceBefore,
    comment,
    hasNewline,
    anchor,
    tag,
    newlineAfterProp,
    end,
    start: start ?? end
  };
}
exports.resolveProps = resolveProps;
 }),
 9499:
 ((__unused_webpack_module, exports) => {
function containsNewline(key) {
  if (!key)
    return null;
  switch (key.type) {
    case 'alias':
    case 'scalar':
    case 'double-quoted-scalar':
    case 'single-quoted-scalar':
      if (key.source.includes('\n'))
        return true;
      if (key.end)
        for (const st of key.end)
          if (st.type === 'newline')
            return true;
      return false;
    case 'flow-collection':
      for (const it of key.items) {
        for (const st of it.start)
          if (st.type === 'newline')
            return true;
        if (it.sep)
          for (const st of it.sep)
            if (st.type === 'newline')
              return true;
        if (containsNewline(it.key) || containsNewline(it.value))
          return true;
      }
      return false;
    default:
      return true;
  }
}
exports.containsNewline = containsNewline;
 }),
 22599:
 ((__unused_webpack_module, exports) => {
function emptyScalarPosition(offset, before, pos) {
  if (before) {
    pos ?? (pos = before.length);
    for (let i = pos - 1; i >= 0; --i) {
      let st = before[i];
      switch (st.type) {
        case 'space':
        case 'comment':
        case 'newline':
          offset -= st.source.length;
          continue;
      }
      st = before[++i];
      while (st?.type === 'space') {
        offset += st.source.length;
        st = before[++i];
      }
      break;
    }
  }
  return offset;
}
exports.emptyScalarPosition = emptyScalarPosition;
 }),
 74051:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var utilContainsNewline = __webpack_require__(9499);
function flowIndentCheck(indent, fc, onError) {
  if (fc?.type === 'flow-collection') {
    const end = fc.end[0];
    if (end.indent === indent &&
      (end.source === ']' || end.source === '}') &&
      utilContainsNewline.containsNewline(fc)) {
      const msg = 'Flow end indicator should be more indented than parent';
      onError(end, 'BAD_INDENT', msg, true);
    }
  }
}
exports.flowIndentCheck = flowIndentCheck;
 }),
 81187:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
function mapIncludes(ctx, items, search) {
  const { uniqueKeys } = ctx.options;
  if (uniqueKeys === false)
    return false;
  const isEqual = typeof uniqueKeys === 'function'
    ? uniqueKeys
    : (a, b) => a === b || (identity.isScalar(a) && identity.isScalar(b) && a.value === b.value);
  return items.some(pair => isEqual(pair.key, search));
}
exports.mapIncludes = mapIncludes;
 }),
 3021:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Alias = __webpack_require__(4065);
var Collection = __webpack_require__(40101);
var identity = __webpack_require__(41127);
var Pair = __webpack_require__(57165);
var toJS = __webpack_require__(74043);
var Schema = __webpack_require__(45840);
var stringifyDocument = __webpack_require__(6829);
var anchors = __webpack_require__(71596);
var applyReviver = __webpack_require__(83661);
var createNode = __webpack_require__(42404);
var directives = __webpack_require__(61342);
class Document {
  constructor(value, replacer, options) {
    this.commentBefore = null;
    this.comment = null;
    this.errors = [];
    this.warnings = [];
    Object.defineProperty(this, identity.NODE_TYPE, { value: identity.DOC });
    let _replacer = null;
    if (typeof replacer === 'function' || Array.isArray(replacer)) {
      _replacer = replacer;
    }
    else if (options === undefined && replacer) {
      options = replacer;
      replacer = undefined;
    }
    const opt = Object.assign({
      intAsBigInt: false,
      keepSourceTokens: false,
      logLevel: 'warn',
      prettyErrors: true,
      strict: true,
      stringKeys: false,
      uniqueKeys: true,
      version: '1.2'
    }, options);
    this.options = opt;
    let { version } = opt;
    if (options?._directives) {
      this.directives = options._directives.atDocument();
      if (this.directives.yaml.explicit)
        version = this.directives.yaml.version;
    }
    else
      this.directives = new directives.Directives({ version });
    this.setSchema(version, options);
    this.contents =
      value === undefined ? null : this.createNode(value, _replacer, options);
  }
  clone() {
    const copy = Object.create(Document.prototype, {
      [identity.NODE_TYPE]: { value: identity.DOC }
    });
    copy.commentBefore = this.commentBefore;
    copy.comment = this.comment;
    copy.errors = this.errors.slice();
    copy.warnings = this.warnings.slice();
    copy.options = Object.assign({}, this.options);
    if (this.directives)
      copy.directives = this.directives.clone();
    copy.schema = this.schema.clone();
    copy.contents = identity.isNode(this.contents)
      ? this.contents.clone(copy.schema)
      : this.contents;
    if (this.range)
      copy.range = this.range.slice();
    return copy;
  }
  add(value) {
    if (assertCollection(this.contents))
      this.contents.add(value);
  }
  addIn(path, value) {
    if (assertCollection(this.contents))
      this.contents.addIn(path, value);
  }
  createAlias(node, name) {
    if (!node.anchor) {
      const prev = anchors.anchorNames(this);
      node.anchor =
        !name || prev.has(name) ? anchors.findNewAnchor(name || 'a', prev) : name;
    }
    return new Alias.Alias(node.anchor);
  }
  createNode(value, replacer, options) {
    let _replacer = undefined;
    if (typeof replacer === 'function') {
      value = replacer.call({ '': value }, '', value);
      _replacer = replacer;
    }
    else if (Array.isArray(replacer)) {
      const keyToStr = (v) => typeof v === 'number' || v instanceof String || v instanceof Number;
      const asStr = replacer.filter(keyToStr).map(String);
      if (asStr.length > 0)
        replacer = replacer.concat(asStr);
      _replacer = replacer;
    }
    else if (options === undefined && replacer) {
      options = replacer;
      replacer = undefined;
    }
    const { aliasDuplicateObjects, anchorPrefix, flow, keepUndefined, onTagObj, tag } = options ?? {};
    const { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(this, 
    anchorPrefix || 'a');
    const ctx = {
      aliasDuplicateObjects: aliasDuplicateObjects ?? true,
      keepUndefined: keepUndefined ?? false,
      onAnchor,
      onTagObj,
      replacer: _replacer,
      schema: this.schema,
      sourceObjects
    };
    const node = createNode.createNode(value, tag, ctx);
    if (flow && identity.isCollection(node))
      node.flow = true;
    setAnchors();
    return node;
  }
  createPair(key, value, options = {}) {
    const k = this.createNode(key, null, options);
    const v = this.createNode(value, null, options);
    return new Pair.Pair(k, v);
  }
  delete(key) {
    return assertCollection(this.contents) ? this.contents.delete(key) : false;
  }
  deleteIn(path) {
    if (Collection.isEmptyPath(path)) {
      if (this.contents == null)
        return false;
      this.contents = null;
      return true;
    }
    return assertCollection(this.contents)
      ? this.contents.deleteIn(path)
      : false;
  }
  get(key, keepScalar) {
    return identity.isCollection(this.contents)
      ? this.contents.get(key, keepScalar)
      : undefined;
  }
  getIn(path, keepScalar) {
    if (Collection.isEmptyPath(path))
      return !keepScalar && identity.isScalar(this.contents)
        ? this.contents.value
        : this.contents;
    return identity.isCollection(this.contents)
      ? this.contents.getIn(path, keepScalar)
      : undefined;
  }
  has(key) {
    return identity.isCollection(this.contents) ? this.contents.has(key) : false;
  }
  hasIn(path) {
    if (Collection.isEmptyPath(path))
      return this.contents !== undefined;
    return identity.isCollection(this.contents) ? this.contents.hasIn(path) : false;
  }
  set(key, value) {
    if (this.contents == null) {
      this.contents = Collection.collectionFromPath(this.schema, [key], value);
    }
    else if (assertCollection(this.contents)) {
      this.contents.set(key, value);
    }
  }
  setIn(path, value) {
    if (Collection.isEmptyPath(path)) {
      this.contents = value;
    }
    else if (this.contents == null) {
      this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value);
    }
    else if (assertCollection(this.contents)) {
      this.contents.setIn(path, value);
    }
  }
  setSchema(version, options = {}) {
    if (typeof version === 'number')
      version = String(version);
    let opt;
    switch (version) {
      case '1.1':
        if (this.directives)
          this.directives.yaml.version = '1.1';
        else
          this.directives = new directives.Directives({ version: '1.1' });
        opt = { resolveKnownTags: false, schema: 'yaml-1.1' };
        break;
      case '1.2':
      case 'next':
        if (this.directives)
          this.directives.yaml.version = version;
        else
          this.directives = new directives.Directives({ version });
        opt = { resolveKnownTags: true, schema: 'core' };
        break;
      case null:
        if (this.directives)
          delete this.directives;
        opt = null;
        break;
      default: {
        const sv = JSON.stringify(version);
        throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
      }
    }
    if (options.schema instanceof Object)
      this.schema = options.schema;
    else if (opt)
      this.schema = new Schema.Schema(Object.assign(opt, options));
    else
      throw new Error(`With a null YAML version, the { schema: Schema } option is required`);
  }
  toJS({ json, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
    const ctx = {
      anchors: new Map(),
      doc: this,
      keep: !json,
      mapAsMap: mapAsMap === true,
      mapKeyWarned: false,
      maxAliasCount: typeof maxAliasCount === 'number' ? maxAliasCount : 100
    };
    const res = toJS.toJS(this.contents, jsonArg ?? '', ctx);
    if (typeof onAnchor === 'function')
      for (const { count, res } of ctx.anchors.values())
        onAnchor(res, count);
    return typeof reviver === 'function'
      ? applyReviver.applyReviver(reviver, { '': res }, '', res)
      : res;
  }
  toJSON(jsonArg, onAnchor) {
    return this.toJS({ json: true, jsonArg, mapAsMap: false, onAnchor });
  }
  toString(options = {}) {
    if (this.errors.length > 0)
      throw new Error('Document with errors cannot be stringified');
    if ('indent' in options &&
      (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
      const s = JSON.stringify(options.indent);
      throw new Error(`"indent" option must be a positive integer, not ${s}`);
    }
    return stringifyDocument.stringifyDocument(this, options);
  }
}
function assertCollection(contents) {
  if (identity.isCollection(contents))
    return true;
  throw new Error('Expected a YAML collection as document contents');
}
exports.Document = Document;
 }),
 71596:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var visit = __webpack_require__(10204);
function anchorIsValid(anchor) {
  if (/[\x00-\x19\s,[\]{}]/.test(anchor)) {
    const sa = JSON.stringify(anchor);
    const msg = `Anchor must not contain whitespace or control characters: ${sa}`;
    throw new Error(msg);
  }
  return true;
}
function anchorNames(root) {
  const anchors = new Set();
  visit.visit(root, {
    Value(_key, node) {
      if (node.anchor)
        anchors.add(node.anchor);
    }
  });
  return anchors;
}
function findNewAnchor(prefix, exclude) {
  for (let i = 1; true; ++i) {
    const name = `${prefix}${i}`;
    if (!exclude.has(name))
      return name;
  }
}
function createNodeAnchors(doc, prefix) {
  const aliasObjects = [];
  const sourceObjects = new Map();
  let prevAnchors = null;
  return {
    onAnchor: (source) => {
      aliasObjects.push(source);
      prevAnchors ?? (prevAnchors = anchorNames(doc));
      const anchor = findNewAnchor(prefix, prevAnchors);
      prevAnchors.add(anchor);
      return anchor;
    },
    setAnchors: () => {
      for (const source of aliasObjects) {
        const ref = sourceObjects.get(source);
        if (typeof ref === 'object' &&
          ref.anchor &&
          (identity.isScalar(ref.node) || identity.isCollection(ref.node))) {
          ref.node.anchor = ref.anchor;
        }
        else {
          const error = new Error('Failed to resolve repeated object (this should not happen)');
          error.source = source;
          throw error;
        }
      }
    },
    sourceObjects
  };
}
exports.anchorIsValid = anchorIsValid;
exports.anchorNames = anchorNames;
exports.createNodeAnchors = createNodeAnchors;
exports.findNewAnchor = findNewAnchor;
 }),
 83661:
 ((__unused_webpack_module, exports) => {
function applyReviver(reviver, obj, key, val) {
  if (val && typeof val === 'object') {
    if (Array.isArray(val)) {
      for (let i = 0, len = val.length; i < len; ++i) {
        const v0 = val[i];
        const v1 = applyReviver(reviver, val, String(i), v0);
        if (v1 === undefined)
          delete val[i];
        else if (v1 !== v0)
          val[i] = v1;
      }
    }
    else if (val instanceof Map) {
      for (const k of Array.from(val.keys())) {
        const v0 = val.get(k);
        const v1 = applyReviver(reviver, val, k, v0);
        if (v1 === undefined)
          val.delete(k);
        else if (v1 !== v0)
          val.set(k, v1);
      }
    }
    else if (val instanceof Set) {
      for (const v0 of Array.from(val)) {
        const v1 = applyReviver(reviver, val, v0, v0);
        if (v1 === undefined)
          val.delete(v0);
        else if (v1 !== v0) {
          val.delete(v0);
          val.add(v1);
        }
      }
    }
    else {
      for (const [k, v0] of Object.entries(val)) {
        const v1 = applyReviver(reviver, val, k, v0);
        if (v1 === undefined)
          delete val[k];
        else if (v1 !== v0)
          val[k] = v1;
      }
    }
  }
  return reviver.call(obj, key, val);
}
exports.applyReviver = applyReviver;
 }),
 42404:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Alias = __webpack_require__(4065);
var identity = __webpack_require__(41127);
var Scalar = __webpack_require__(63301);
const defaultTagPrefix = 'tag:yaml.org,2002:';
function findTagObject(value, tagName, tags) {
  if (tagName) {
    const match = tags.filter(t => t.tag === tagName);
    const tagObj = match.find(t => !t.format) ?? match[0];
    if (!tagObj)
      throw new Error(`Tag ${tagName} not found`);
    return tagObj;
  }
  return tags.find(t => t.identify?.(value) && !t.format);
}
function createNode(value, tagName, ctx) {
  if (identity.isDocument(value))
    value = value.contents;
  if (identity.isNode(value))
    return value;
  if (identity.isPair(value)) {
    const map = ctx.schema[identity.MAP].createNode?.(ctx.schema, null, ctx);
    map.items.push(value);
    return map;
  }
  if (value instanceof String ||
    value instanceof Number ||
    value instanceof Boolean ||
    (typeof BigInt !== 'undefined' && value instanceof BigInt)
  ) {
    value = value.valueOf();
  }
  const { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx;
  let ref = undefined;
  if (aliasDuplicateObjects && value && typeof value === 'object') {
    ref = sourceObjects.get(value);
    if (ref) {
      ref.anchor ?? (ref.anchor = onAnchor(value));
      return new Alias.Alias(ref.anchor);
    }
    else {
      ref = { anchor: null, node: null };
      sourceObjects.set(value, ref);
    }
  }
  if (tagName?.startsWith('!!'))
    tagName = defaultTagPrefix + tagName.slice(2);
  let tagObj = findTagObject(value, tagName, schema.tags);
  if (!tagObj) {
    if (value && typeof value.toJSON === 'function') {
      value = value.toJSON();
    }
    if (!value || typeof value !== 'object') {
      const node = new Scalar.Scalar(value);
      if (ref)
        ref.node = node;
      return node;
    }
    tagObj =
      value instanceof Map
        ? schema[identity.MAP]
        : Symbol.iterator in Object(value)
          ? schema[identity.SEQ]
          : schema[identity.MAP];
  }
  if (onTagObj) {
    onTagObj(tagObj);
    delete ctx.onTagObj;
  }
  const node = tagObj?.createNode
    ? tagObj.createNode(ctx.schema, value, ctx)
    : typeof tagObj?.nodeClass?.from === 'function'
      ? tagObj.nodeClass.from(ctx.schema, value, ctx)
      : new Scalar.Scalar(value);
  if (tagName)
    node.tag = tagName;
  else if (!tagObj.default)
    node.tag = tagObj.tag;
  if (ref)
    ref.node = node;
  return node;
}
exports.createNode = createNode;
 }),
 61342:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var visit = __webpack_require__(10204);
const escapeChars = {
  '!': '%21',
  ',': '%2C',
  '[': '%5B',
  ']': '%5D',
  '{': '%7B',
  '}': '%7D'
};
const escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, ch => escapeChars[ch]);
class Directives {
  constructor(yaml, tags) {
    this.docStart = null;
    this.docEnd = false;
    this.yaml = Object.assign({}, Directives.defaultYaml, yaml);
    this.tags = Object.assign({}, Directives.defaultTags, tags);
  }
  clone() {
    const copy = new Directives(this.yaml, this.tags);
    copy.docStart = this.docStart;
    return copy;
  }
  atDocument() {
    const res = new Directives(this.yaml, this.tags);
    switch (this.yaml.version) {
      case '1.1':
        this.atNextDocument = true;
        break;
      case '1.2':
        this.atNextDocument = false;
        this.yaml = {
          explicit: Directives.defaultYaml.explicit,
          version: '1.2'
        };
        this.tags = Object.assign({}, Directives.defaultTags);
        break;
    }
    return res;
  }
  add(line, onError) {
    if (this.atNextDocument) {
      this.yaml = { explicit: Directives.defaultYaml.explicit, version: '1.1' };
      this.tags = Object.assign({}, Directives.defaultTags);
      this.atNextDocument = false;
    }
    const parts = line.trim().split(/[ \t]+/);
    const name = parts.shift();
    switch (name) {
      case '%TAG': {
        if (parts.length !== 2) {
          onError(0, '%TAG directive should contain exactly two parts');
          if (parts.length < 2)
            return false;
        }
        const [handle, prefix] = parts;
        this.tags[handle] = prefix;
        return true;
      }
      case '%YAML': {
        this.yaml.explicit = true;
        if (parts.length !== 1) {
          onError(0, '%YAML directive should contain exactly one part');
          return false;
        }
        const [version] = parts;
        if (version === '1.1' || version === '1.2') {
          this.yaml.version = version;
          return true;
        }
        else {
          const isValid = /^\d+\.\d+$/.test(version);
          onError(6, `Unsupported YAML version ${version}`, isValid);
          return false;
        }
      }
      default:
        onError(0, `Unknown directive ${name}`, true);
        return false;
    }
  }
  tagName(source, onError) {
    if (source === '!')
      return '!';
    if (source[0] !== '!') {
      onError(`Not a valid tag: ${source}`);
      return null;
    }
    if (source[1] === '<') {
      const verbatim = source.slice(2, -1);
      if (verbatim === '!' || verbatim === '!!') {
        onError(`Verbatim tags aren't resolved, so ${source} is invalid.`);
        return null;
      }
      if (source[source.length - 1] !== '>')
        onError('Verbatim tags must end with a >');
      return verbatim;
    }
    const [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
    if (!suffix)
      onError(`The ${source} tag has no suffix`);
    const prefix = this.tags[handle];
    if (prefix) {
      try {
        return prefix + decodeURIComponent(suffix);
      }
      catch (error) {
        onError(String(error));
        return null;
      }
    }
    if (handle === '!')
      return source;
    onError(`Could not resolve tag: ${source}`);
    return null;
  }
  tagString(tag) {
    for (const [handle, prefix] of Object.entries(this.tags)) {
      if (tag.startsWith(prefix))
        return handle + escapeTagName(tag.substring(prefix.length));
    }
    return tag[0] === '!' ? tag : `!<${tag}>`;
  }
  toString(doc) {
    const lines = this.yaml.explicit
      ? [`%YAML ${this.yaml.version || '1.2'}`]
      : [];
    const tagEntries = Object.entries(this.tags);
    let tagNames;
    if (doc && tagEntries.length > 0 && identity.isNode(doc.contents)) {
      const tags = {};
      visit.visit(doc.contents, (_key, node) => {
        if (identity.isNode(node) && node.tag)
          tags[node.tag] = true;
      });
      tagNames = Object.keys(tags);
    }
    else
      tagNames = [];
    for (const [handle, prefix] of tagEntries) {
      if (handle === '!!' && prefix === 'tag:yaml.org,2002:')
        continue;
      if (!doc || tagNames.some(tn => tn.startsWith(prefix)))
        lines.push(`%TAG ${handle} ${prefix}`);
    }
    return lines.join('\n');
  }
}
Directives.defaultYaml = { explicit: false, version: '1.2' };
Directives.defaultTags = { '!!': 'tag:yaml.org,2002:' };
exports.Directives = Directives;
 }),
 91464:
 ((__unused_webpack_module, exports) => {
class YAMLError extends Error {
  constructor(name, pos, code, message) {
    super();
    this.name = name;
    this.code = code;
    this.message = message;
    this.pos = pos;
  }
}
class YAMLParseError extends YAMLError {
  constructor(pos, code, message) {
    super('YAMLParseError', pos, code, message);
  }
}
class YAMLWarning extends YAMLError {
  constructor(pos, code, message) {
    super('YAMLWarning', pos, code, message);
  }
}
const prettifyError = (src, lc) => (error) => {
  if (error.pos[0] === -1)
    return;
  error.linePos = error.pos.map(pos => lc.linePos(pos));
  const { line, col } = error.linePos[0];
  error.message += ` at line ${line}, column ${col}`;
  let ci = col - 1;
  let lineStr = src
    .substring(lc.lineStarts[line - 1], lc.lineStarts[line])
    .replace(/[\n\r]+$/, '');
  if (ci >= 60 && lineStr.length > 80) {
    const trimStart = Math.min(ci - 39, lineStr.length - 79);
    lineStr = '…' + lineStr.substring(trimStart);
    ci -= trimStart - 1;
  }
  if (lineStr.length > 80)
    lineStr = lineStr.substring(0, 79) + '…';
  if (line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
    let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
    if (prev.length > 80)
      prev = prev.substring(0, 79) + '…\n';
    lineStr = prev + lineStr;
  }
  if (/[^ ]/.test(lineStr)) {
    let count = 1;
    const end = error.linePos[1];
    if (end?.line === line && end.col > col) {
      count = Math.max(1, Math.min(end.col - col, 80 - ci));
    }
    const pointer = ' '.repeat(ci) + '^'.repeat(count);
    error.message += `:\n\n${lineStr}\n${pointer}\n`;
  }
};
exports.YAMLError = YAMLError;
exports.YAMLParseError = YAMLParseError;
exports.YAMLWarning = YAMLWarning;
exports.prettifyError = prettifyError;
 }),
 38815:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var composer = __webpack_require__(89984);
var Document = __webpack_require__(3021);
var Schema = __webpack_require__(45840);
var errors = __webpack_require__(91464);
var Alias = __webpack_require__(4065);
var identity = __webpack_require__(41127);
var Pair = __webpack_require__(57165);
var Scalar = __webpack_require__(63301);
var YAMLMap = __webpack_require__(84454);
var YAMLSeq = __webpack_require__(92223);
var cst = __webpack_require__(3461);
var lexer = __webpack_require__(40361);
var lineCounter = __webpack_require__(66628);
var parser = __webpack_require__(3456);
var publicApi = __webpack_require__(84047);
var visit = __webpack_require__(10204);
exports.Composer = composer.Composer;
exports.Document = Document.Document;
exports.Schema = Schema.Schema;
exports.YAMLError = errors.YAMLError;
exports.YAMLParseError = errors.YAMLParseError;
exports.YAMLWarning = errors.YAMLWarning;
exports.Alias = Alias.Alias;
exports.isAlias = identity.isAlias;
exports.isCollection = identity.isCollection;
exports.isDocument = identity.isDocument;
exports.isMap = identity.isMap;
exports.isNode = identity.isNode;
exports.isPair = identity.isPair;
exports.isScalar = identity.isScalar;
exports.isSeq = identity.isSeq;
exports.Pair = Pair.Pair;
exports.Scalar = Scalar.Scalar;
exports.YAMLMap = YAMLMap.YAMLMap;
exports.YAMLSeq = YAMLSeq.YAMLSeq;
exports.CST = cst;
exports.Lexer = lexer.Lexer;
exports.LineCounter = lineCounter.LineCounter;
exports.Parser = parser.Parser;
exports.parse = publicApi.parse;
exports.parseAllDocuments = publicApi.parseAllDocuments;
exports.parseDocument = publicApi.parseDocument;
exports.stringify = publicApi.stringify;
exports.visit = visit.visit;
exports.visitAsync = visit.visitAsync;
 }),
 57249:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var node_process = __webpack_require__(932);
function debug(logLevel, ...messages) {
  if (logLevel === 'debug')
    console.log(...messages);
}
function warn(logLevel, warning) {
  if (logLevel === 'debug' || logLevel === 'warn') {
    if (typeof node_process.emitWarning === 'function')
      node_process.emitWarning(warning);
    else
      console.warn(warning);
  }
}
exports.debug = debug;
exports.warn = warn;
 }),
 4065:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var anchors = __webpack_require__(71596);
var visit = __webpack_require__(10204);
var identity = __webpack_require__(41127);
var Node = __webpack_require__(66673);
var toJS = __webpack_require__(74043);
class Alias extends Node.NodeBase {
  constructor(source) {
    super(identity.ALIAS);
    this.source = source;
    Object.defineProperty(this, 'tag', {
      set() {
        throw new Error('Alias nodes cannot have tags');
      }
    });
  }
  resolve(doc, ctx) {
    if (ctx?.maxAliasCount === 0)
      throw new ReferenceError('Alias resolution is disabled');
    let nodes;
    if (ctx?.aliasResolveCache) {
      nodes = ctx.aliasResolveCache;
    }
    else {
      nodes = [];
      visit.visit(doc, {
        Node: (_key, node) => {
          if (identity.isAlias(node) || identity.hasAnchor(node))
            nodes.push(node);
        }
      });
      if (ctx)
        ctx.aliasResolveCache = nodes;
    }
    let found = undefined;
    for (const node of nodes) {
      if (node === this)
        break;
      if (node.anchor === this.source)
        found = node;
    }
    if (found && ctx) {
      const { anchors, doc, maxAliasCount } = ctx;
      let data = anchors.get(found);
      if (!data) {
        toJS.toJS(found, null, ctx);
        data = anchors.get(found);
      }
      if (data?.res === undefined) {
        const msg = 'This should not happen: Alias anchor was not resolved?';
        throw new ReferenceError(msg);
      }
      if (maxAliasCount >= 0) {
        data.count += 1;
        if (data.aliasCount === 0)
          data.aliasCount = getAliasCount(doc, found, anchors);
        if (data.count * data.aliasCount > maxAliasCount) {
          const msg = 'Excessive alias count indicates a resource exhaustion attack';
          throw new ReferenceError(msg);
        }
      }
    }
    return found;
  }
  toJSON(_arg, ctx) {
    if (!ctx)
      return { source: this.source };
    const source = this.resolve(ctx.doc, ctx);
    if (!source) {
      const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
      throw new ReferenceError(msg);
    }
    return ctx.anchors.get(source).res;
  }
  toString(ctx, _onComment, _onChompKeep) {
    const src = `*${this.source}`;
    if (ctx) {
      anchors.anchorIsValid(this.source);
      if (ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
        const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
        throw new Error(msg);
      }
      if (ctx.implicitKey)
        return `${src} `;
    }
    return src;
  }
}
function getAliasCount(doc, node, anchors) {
  if (identity.isAlias(node)) {
    const source = node.resolve(doc);
    const anchor = anchors && source && anchors.get(source);
    return anchor ? anchor.count * anchor.aliasCount : 0;
  }
  else if (identity.isCollection(node)) {
    let count = 0;
    for (const item of node.items) {
      const c = getAliasCount(doc, item, anchors);
      if (c > count)
        count = c;
    }
    return count;
  }
  else if (identity.isPair(node)) {
    const kc = getAliasCount(doc, node.key, anchors);
    const vc = getAliasCount(doc, node.value, anchors);
    return Math.max(kc, vc);
  }
  return 1;
}
exports.Alias = Alias;
 }),
 40101:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var createNode = __webpack_require__(42404);
var identity = __webpack_require__(41127);
var Node = __webpack_require__(66673);
function collectionFromPath(schema, path, value) {
  let v = value;
  for (let i = path.length - 1; i >= 0; --i) {
    const k = path[i];
    if (typeof k === 'number' && Number.isInteger(k) && k >= 0) {
      const a = [];
      a[k] = v;
      v = a;
    }
    else {
      v = new Map([[k, v]]);
    }
  }
  return createNode.createNode(v, undefined, {
    aliasDuplicateObjects: false,
    keepUndefined: false,
    onAnchor: () => {
      throw new Error('This should not happen, please report a bug.');
    },
    schema,
    sourceObjects: new Map()
  });
}
const isEmptyPath = (path) => path == null ||
  (typeof path === 'object' && !!path[Symbol.iterator]().next().done);
class Collection extends Node.NodeBase {
  constructor(type, schema) {
    super(type);
    Object.defineProperty(this, 'schema', {
      value: schema,
      configurable: true,
      enumerable: false,
      writable: true
    });
  }
  clone(schema) {
    const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
    if (schema)
      copy.schema = schema;
    copy.items = copy.items.map(it => identity.isNode(it) || identity.isPair(it) ? it.clone(schema) : it);
    if (this.range)
      copy.range = this.range.slice();
    return copy;
  }
  addIn(path, value) {
    if (isEmptyPath(path))
      this.add(value);
    else {
      const [key, ...rest] = path;
      const node = this.get(key, true);
      if (identity.isCollection(node))
        node.addIn(rest, value);
      else if (node === undefined && this.schema)
        this.set(key, collectionFromPath(this.schema, rest, value));
      else
        throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
    }
  }
  deleteIn(path) {
    const [key, ...rest] = path;
    if (rest.length === 0)
      return this.delete(key);
    const node = this.get(key, true);
    if (identity.isCollection(node))
      return node.deleteIn(rest);
    else
      throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
  }
  getIn(path, keepScalar) {
    const [key, ...rest] = path;
    const node = this.get(key, true);
    if (rest.length === 0)
      return !keepScalar && identity.isScalar(node) ? node.value : node;
    else
      return identity.isCollection(node) ? node.getIn(rest, keepScalar) : undefined;
  }
  hasAllNullValues(allowScalar) {
    return this.items.every(node => {
      if (!identity.isPair(node))
        return false;
      const n = node.value;
      return (n == null ||
        (allowScalar &&
          identity.isScalar(n) &&
          n.value == null &&
          !n.commentBefore &&
          !n.comment &&
          !n.tag));
    });
  }
  hasIn(path) {
    const [key, ...rest] = path;
    if (rest.length === 0)
      return this.has(key);
    const node = this.get(key, true);
    return identity.isCollection(node) ? node.hasIn(rest) : false;
  }
  setIn(path, value) {
    const [key, ...rest] = path;
    if (rest.length === 0) {
      this.set(key, value);
    }
    else {
      const node = this.get(key, true);
      if (identity.isCollection(node))
        node.setIn(rest, value);
      else if (node === undefined && this.schema)
        this.set(key, collectionFromPath(this.schema, rest, value));
      else
        throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
    }
  }
}
exports.Collection = Collection;
exports.collectionFromPath = collectionFromPath;
exports.isEmptyPath = isEmptyPath;
 }),
 66673:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var applyReviver = __webpack_require__(83661);
var identity = __webpack_require__(41127);
var toJS = __webpack_require__(74043);
class NodeBase {
  constructor(type) {
    Object.defineProperty(this, identity.NODE_TYPE, { value: type });
  }
  clone() {
    const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
    if (this.range)
      copy.range = this.range.slice();
    return copy;
  }
  toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
    if (!identity.isDocument(doc))
      throw new TypeError('A document argument is required');
    const ctx = {
      anchors: new Map(),
      doc,
      keep: true,
      mapAsMap: mapAsMap === true,
      mapKeyWarned: false,
      maxAliasCount: typeof maxAliasCount === 'number' ? maxAliasCount : 100
    };
    const res = toJS.toJS(this, '', ctx);
    if (typeof onAnchor === 'function')
      for (const { count, res } of ctx.anchors.values())
        onAnchor(res, count);
    return typeof reviver === 'function'
      ? applyReviver.applyReviver(reviver, { '': res }, '', res)
      : res;
  }
}
exports.NodeBase = NodeBase;
 }),
 57165:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var createNode = __webpack_require__(42404);
var stringifyPair = __webpack_require__(59748);
var addPairToJSMap = __webpack_require__(97104);
var identity = __webpack_require__(41127);
function createPair(key, value, ctx) {
  const k = createNode.createNode(key, undefined, ctx);
  const v = createNode.createNode(value, undefined, ctx);
  return new Pair(k, v);
}
class Pair {
  constructor(key, value = null) {
    Object.defineProperty(this, identity.NODE_TYPE, { value: identity.PAIR });
    this.key = key;
    this.value = value;
  }
  clone(schema) {
    let { key, value } = this;
    if (identity.isNode(key))
      key = key.clone(schema);
    if (identity.isNode(value))
      value = value.clone(schema);
    return new Pair(key, value);
  }
  toJSON(_, ctx) {
    const pair = ctx?.mapAsMap ? new Map() : {};
    return addPairToJSMap.addPairToJSMap(ctx, pair, this);
  }
  toString(ctx, onComment, onChompKeep) {
    return ctx?.doc
      ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep)
      : JSON.stringify(this);
  }
}
exports.Pair = Pair;
exports.createPair = createPair;
 }),
 63301:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Node = __webpack_require__(66673);
var toJS = __webpack_require__(74043);
const isScalarValue = (value) => !value || (typeof value !== 'function' && typeof value !== 'object');
class Scalar extends Node.NodeBase {
  constructor(value) {
    super(identity.SCALAR);
    this.value = value;
  }
  toJSON(arg, ctx) {
    return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
  }
  toString() {
    return String(this.value);
  }
}
Scalar.BLOCK_FOLDED = 'BLOCK_FOLDED';
Scalar.BLOCK_LITERAL = 'BLOCK_LITERAL';
Scalar.PLAIN = 'PLAIN';
Scalar.QUOTE_DOUBLE = 'QUOTE_DOUBLE';
Scalar.QUOTE_SINGLE = 'QUOTE_SINGLE';
exports.Scalar = Scalar;
exports.isScalarValue = isScalarValue;
 }),
 84454:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var stringifyCollection = __webpack_require__(61212);
var addPairToJSMap = __webpack_require__(97104);
var Collection = __webpack_require__(40101);
var identity = __webpack_require__(41127);
var Pair = __webpack_require__(57165);
var Scalar = __webpack_require__(63301);
function findPair(items, key) {
  const k = identity.isScalar(key) ? key.value : key;
  for (const it of items) {
    if (identity.isPair(it)) {
      if (it.key === key || it.key === k)
        return it;
      if (identity.isScalar(it.key) && it.key.value === k)
        return it;
    }
  }
  return undefined;
}
class YAMLMap extends Collection.Collection {
  static get tagName() {
    return 'tag:yaml.org,2002:map';
  }
  constructor(schema) {
    super(identity.MAP, schema);
    this.items = [];
  }
  static from(schema, obj, ctx) {
    const { keepUndefined, replacer } = ctx;
    const map = new this(schema);
    const add = (key, value) => {
      if (typeof replacer === 'function')
        value = replacer.call(obj, key, value);
      else if (Array.isArray(replacer) && !replacer.includes(key))
        return;
      if (value !== undefined || keepUndefined)
        map.items.push(Pair.createPair(key, value, ctx));
    };
    if (obj instanceof Map) {
      for (const [key, value] of obj)
        add(key, value);
    }
    else if (obj && typeof obj === 'object') {
      for (const key of Object.keys(obj))
        add(key, obj[key]);
    }
    if (typeof schema.sortMapEntries === 'function') {
      map.items.sort(schema.sortMapEntries);
    }
    return map;
  }
  add(pair, overwrite) {
    let _pair;
    if (identity.isPair(pair))
      _pair = pair;
    else if (!pair || typeof pair !== 'object' || !('key' in pair)) {
      _pair = new Pair.Pair(pair, pair?.value);
    }
    else
      _pair = new Pair.Pair(pair.key, pair.value);
    const prev = findPair(this.items, _pair.key);
    const sortEntries = this.schema?.sortMapEntries;
    if (prev) {
      if (!overwrite)
        throw new Error(`Key ${_pair.key} already set`);
      if (identity.isScalar(prev.value) && Scalar.isScalarValue(_pair.value))
        prev.value.value = _pair.value;
      else
        prev.value = _pair.value;
    }
    else if (sortEntries) {
      const i = this.items.findIndex(item => sortEntries(_pair, item) < 0);
      if (i === -1)
        this.items.push(_pair);
      else
        this.items.splice(i, 0, _pair);
    }
    else {
      this.items.push(_pair);
    }
  }
  delete(key) {
    const it = findPair(this.items, key);
    if (!it)
      return false;
    const del = this.items.splice(this.items.indexOf(it), 1);
    return del.length > 0;
  }
  get(key, keepScalar) {
    const it = findPair(this.items, key);
    const node = it?.value;
    return (!keepScalar && identity.isScalar(node) ? node.value : node) ?? undefined;
  }
  has(key) {
    return !!findPair(this.items, key);
  }
  set(key, value) {
    this.add(new Pair.Pair(key, value), true);
  }
  toJSON(_, ctx, Type) {
    const map = Type ? new Type() : ctx?.mapAsMap ? new Map() : {};
    if (ctx?.onCreate)
      ctx.onCreate(map);
    for (const item of this.items)
      addPairToJSMap.addPairToJSMap(ctx, map, item);
    return map;
  }
  toString(ctx, onComment, onChompKeep) {
    if (!ctx)
      return JSON.stringify(this);
    for (const item of this.items) {
      if (!identity.isPair(item))
        throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
    }
    if (!ctx.allNullValues && this.hasAllNullValues(false))
      ctx = Object.assign({}, ctx, { allNullValues: true });
    return stringifyCollection.stringifyCollection(this, ctx, {
      blockItemPrefix: '',
      flowChars: { start: '{', end: '}' },
      itemIndent: ctx.indent || '',
      onChompKeep,
      onComment
    });
  }
}
exports.YAMLMap = YAMLMap;
exports.findPair = findPair;
 }),
 92223:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var createNode = __webpack_require__(42404);
var stringifyCollection = __webpack_require__(61212);
var Collection = __webpack_require__(40101);
var identity = __webpack_require__(41127);
var Scalar = __webpack_require__(63301);
var toJS = __webpack_require__(74043);
class YAMLSeq extends Collection.Collection {
  static get tagName() {
    return 'tag:yaml.org,2002:seq';
  }
  constructor(schema) {
    super(identity.SEQ, schema);
    this.items = [];
  }
  add(value) {
    this.items.push(value);
  }
  delete(key) {
    const idx = asItemIndex(key);
    if (typeof idx !== 'number')
      return false;
    const del = this.items.splice(idx, 1);
    return del.length > 0;
  }
  get(key, keepScalar) {
    const idx = asItemIndex(key);
    if (typeof idx !== 'number')
      return undefined;
    const it = this.items[idx];
    return !keepScalar && identity.isScalar(it) ? it.value : it;
  }
  has(key) {
    const idx = asItemIndex(key);
    return typeof idx === 'number' && idx < this.items.length;
  }
  set(key, value) {
    const idx = asItemIndex(key);
    if (typeof idx !== 'number')
      throw new Error(`Expected a valid index, not ${key}.`);
    const prev = this.items[idx];
    if (identity.isScalar(prev) && Scalar.isScalarValue(value))
      prev.value = value;
    else
      this.items[idx] = value;
  }
  toJSON(_, ctx) {
    const seq = [];
    if (ctx?.onCreate)
      ctx.onCreate(seq);
    let i = 0;
    for (const item of this.items)
      seq.push(toJS.toJS(item, String(i++), ctx));
    return seq;
  }
  toString(ctx, onComment, onChompKeep) {
    if (!ctx)
      return JSON.stringify(this);
    return stringifyCollection.stringifyCollection(this, ctx, {
      blockItemPrefix: '- ',
      flowChars: { start: '[', end: ']' },
      itemIndent: (ctx.indent || '') + '  ',
      onChompKeep,
      onComment
    });
  }
  static from(schema, obj, ctx) {
    const { replacer } = ctx;
    const seq = new this(schema);
    if (obj && Symbol.iterator in Object(obj)) {
      let i = 0;
      for (let it of obj) {
        if (typeof replacer === 'function') {
          const key = obj instanceof Set ? it : String(i++);
          it = replacer.call(obj, key, it);
        }
        seq.items.push(createNode.createNode(it, undefined, ctx));
      }
    }
    return seq;
  }
}
function asItemIndex(key) {
  let idx = identity.isScalar(key) ? key.value : key;
  if (idx && typeof idx === 'string')
    idx = Number(idx);
  return typeof idx === 'number' && Number.isInteger(idx) && idx >= 0
    ? idx
    : null;
}
exports.YAMLSeq = YAMLSeq;
 }),
 97104:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var log = __webpack_require__(57249);
var merge = __webpack_require__(90452);
var stringify = __webpack_require__(2148);
var identity = __webpack_require__(41127);
var toJS = __webpack_require__(74043);
function addPairToJSMap(ctx, map, { key, value }) {
  if (identity.isNode(key) && key.addToJSMap)
    key.addToJSMap(ctx, map, value);
  else if (merge.isMergeKey(ctx, key))
    merge.addMergeToJSMap(ctx, map, value);
  else {
    const jsKey = toJS.toJS(key, '', ctx);
    if (map instanceof Map) {
      map.set(jsKey, toJS.toJS(value, jsKey, ctx));
    }
    else if (map instanceof Set) {
      map.add(jsKey);
    }
    else {
      const stringKey = stringifyKey(key, jsKey, ctx);
      const jsValue = toJS.toJS(value, stringKey, ctx);
      if (stringKey in map)
        Object.defineProperty(map, stringKey, {
          value: jsValue,
          writable: true,
          enumerable: true,
          configurable: true
        });
      else
        map[stringKey] = jsValue;
    }
  }
  return map;
}
function stringifyKey(key, jsKey, ctx) {
  if (jsKey === null)
    return '';
  if (typeof jsKey !== 'object')
    return String(jsKey);
  if (identity.isNode(key) && ctx?.doc) {
    const strCtx = stringify.createStringifyContext(ctx.doc, {});
    strCtx.anchors = new Set();
    for (const node of ctx.anchors.keys())
      strCtx.anchors.add(node.anchor);
    strCtx.inFlow = true;
    strCtx.inStringifyKey = true;
    const strKey = key.toString(strCtx);
    if (!ctx.mapKeyWarned) {
      let jsonStr = JSON.stringify(strKey);
      if (jsonStr.length > 40)
        jsonStr = jsonStr.substring(0, 36) + '..."';
      log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`);
      ctx.mapKeyWarned = true;
    }
    return strKey;
  }
  return JSON.stringify(jsKey);
}
exports.addPairToJSMap = addPairToJSMap;
 }),
 41127:
 ((__unused_webpack_module, exports) => {
const ALIAS = Symbol.for('yaml.alias');
const DOC = Symbol.for('yaml.document');
const MAP = Symbol.for('yaml.map');
const PAIR = Symbol.for('yaml.pair');
const SCALAR = Symbol.for('yaml.scalar');
const SEQ = Symbol.for('yaml.seq');
const NODE_TYPE = Symbol.for('yaml.node.type');
const isAlias = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === ALIAS;
const isDocument = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === DOC;
const isMap = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === MAP;
const isPair = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === PAIR;
const isScalar = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === SCALAR;
const isSeq = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === SEQ;
function isCollection(node) {
  if (node && typeof node === 'object')
    switch (node[NODE_TYPE]) {
      case MAP:
      case SEQ:
        return true;
    }
  return false;
}
function isNode(node) {
  if (node && typeof node === 'object')
    switch (node[NODE_TYPE]) {
      case ALIAS:
      case MAP:
      case SCALAR:
      case SEQ:
        return true;
    }
  return false;
}
const hasAnchor = (node) => (isScalar(node) || isCollection(node)) && !!node.anchor;
exports.ALIAS = ALIAS;
exports.DOC = DOC;
exports.MAP = MAP;
exports.NODE_TYPE = NODE_TYPE;
exports.PAIR = PAIR;
exports.SCALAR = SCALAR;
exports.SEQ = SEQ;
exports.hasAnchor = hasAnchor;
exports.isAlias = isAlias;
exports.isCollection = isCollection;
exports.isDocument = isDocument;
exports.isMap = isMap;
exports.isNode = isNode;
exports.isPair = isPair;
exports.isScalar = isScalar;
exports.isSeq = isSeq;
 }),
 74043:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
function toJS(value, arg, ctx) {
  if (Array.isArray(value))
    return value.map((v, i) => toJS(v, String(i), ctx));
  if (value && typeof value.toJSON === 'function') {
    if (!ctx || !identity.hasAnchor(value))
      return value.toJSON(arg, ctx);
    const data = { aliasCount: 0, count: 1, res: undefined };
    ctx.anchors.set(value, data);
    ctx.onCreate = res => {
      data.res = res;
      delete ctx.onCreate;
    };
    const res = value.toJSON(arg, ctx);
    if (ctx.onCreate)
      ctx.onCreate(res);
    return res;
  }
  if (typeof value === 'bigint' && !ctx?.keep)
    return Number(value);
  return value;
}
exports.toJS = toJS;
 }),
 60110:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var resolveBlockScalar = __webpack_require__(48913);
var resolveFlowScalar = __webpack_require__(76842);
var errors = __webpack_require__(91464);
var stringifyString = __webpack_require__(83069);
function resolveAsScalar(token, strict = true, onError) {
  if (token) {
    const _onError = (pos, code, message) => {
      const offset = typeof pos === 'number' ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
      if (onError)
        onError(offset, code, message);
      else
        throw new errors.YAMLParseError([offset, offset + 1], code, message);
    };
    switch (token.type) {
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        return resolveFlowScalar.resolveFlowScalar(token, strict, _onError);
      case 'block-scalar':
        return resolveBlockScalar.resolveBlockScalar({ options: { strict } }, token, _onError);
    }
  }
  return null;
}
function createScalarToken(value, context) {
  const { implicitKey = false, indent, inFlow = false, offset = -1, type = 'PLAIN' } = context;
  const source = stringifyString.stringifyString({ type, value }, {
    implicitKey,
    indent: indent > 0 ? ' '.repeat(indent) : '',
    inFlow,
    options: { blockQuote: true, lineWidth: -1 }
  });
  const end = context.end ?? [
    { type: 'newline', offset: -1, indent, source: '\n' }
  ];
  switch (source[0]) {
    case '|':
    case '>': {
      const he = source.indexOf('\n');
      const head = source.substring(0, he);
      const body = source.substring(he + 1) + '\n';
      const props = [
        { type: 'block-scalar-header', offset, indent, source: head }
      ];
      if (!addEndtoBlockProps(props, end))
        props.push({ type: 'newline', offset: -1, indent, source: '\n' });
      return { type: 'block-scalar', offset, indent, props, source: body };
    }
    case '"':
      return { type: 'double-quoted-scalar', offset, indent, source, end };
    case "'":
      return { type: 'single-quoted-scalar', offset, indent, source, end };
    default:
      return { type: 'scalar', offset, indent, source, end };
  }
}
function setScalarValue(token, value, context = {}) {
  let { afterKey = false, implicitKey = false, inFlow = false, type } = context;
  let indent = 'indent' in token ? token.indent : null;
  if (afterKey && typeof indent === 'number')
    indent += 2;
  if (!type)
    switch (token.type) {
      case 'single-quoted-scalar':
        type = 'QUOTE_SINGLE';
        break;
      case 'double-quoted-scalar':
        type = 'QUOTE_DOUBLE';
        break;
      case 'block-scalar': {
        const header = token.props[0];
        if (header.type !== 'block-scalar-header')
          throw new Error('Invalid block scalar header');
        type = header.source[0] === '>' ? 'BLOCK_FOLDED' : 'BLOCK_LITERAL';
        break;
      }
      default:
        type = 'PLAIN';
    }
  const source = stringifyString.stringifyString({ type, value }, {
    implicitKey: implicitKey || indent === null,
    indent: indent !== null && indent > 0 ? ' '.repeat(indent) : '',
    inFlow,
    options: { blockQuote: true, lineWidth: -1 }
  });
  switch (source[0]) {
    case '|':
    case '>':
      setBlockScalarValue(token, source);
      break;
    case '"':
      setFlowScalarValue(token, source, 'double-quoted-scalar');
      break;
    case "'":
      setFlowScalarValue(token, source, 'single-quoted-scalar');
      break;
    default:
      setFlowScalarValue(token, source, 'scalar');
  }
}
function setBlockScalarValue(token, source) {
  const he = source.indexOf('\n');
  const head = source.substring(0, he);
  const body = source.substring(he + 1) + '\n';
  if (token.type === 'block-scalar') {
    const header = token.props[0];
    if (header.type !== 'block-scalar-header')
      throw new Error('Invalid block scalar header');
    header.source = head;
    token.source = body;
  }
  else {
    const { offset } = token;
    const indent = 'indent' in token ? token.indent : -1;
    const props = [
      { type: 'block-scalar-header', offset, indent, source: head }
    ];
    if (!addEndtoBlockProps(props, 'end' in token ? token.end : undefined))
      props.push({ type: 'newline', offset: -1, indent, source: '\n' });
    for (const key of Object.keys(token))
      if (key !== 'type' && key !== 'offset')
        delete token[key];
    Object.assign(token, { type: 'block-scalar', indent, props, source: body });
  }
}
function addEndtoBlockProps(props, end) {
  if (end)
    for (const st of end)
      switch (st.type) {
        case 'space':
        case 'comment':
          props.push(st);
          break;
        case 'newline':
          props.push(st);
          return true;
      }
  return false;
}
function setFlowScalarValue(token, source, type) {
  switch (token.type) {
    case 'scalar':
    case 'double-quoted-scalar':
    case 'single-quoted-scalar':
      token.type = type;
      token.source = source;
      break;
    case 'block-scalar': {
      const end = token.props.slice(1);
      let oa = source.length;
      if (token.props[0].type === 'block-scalar-header')
        oa -= token.props[0].source.length;
      for (const tok of end)
        tok.offset += oa;
      delete token.props;
      Object.assign(token, { type, source, end });
      break;
    }
    case 'block-map':
    case 'block-seq': {
      const offset = token.offset + source.length;
      const nl = { type: 'newline', offset, indent: token.indent, source: '\n' };
      delete token.items;
      Object.assign(token, { type, source, end: [nl] });
      break;
    }
    default: {
      const indent = 'indent' in token ? token.indent : -1;
      const end = 'end' in token && Array.isArray(token.end)
        ? token.end.filter(st => st.type === 'space' ||
          st.type === 'comment' ||
          st.type === 'newline')
        : [];
      for (const key of Object.keys(token))
        if (key !== 'type' && key !== 'offset')
          delete token[key];
      Object.assign(token, { type, indent, source, end });
    }
  }
}
exports.createScalarToken = createScalarToken;
exports.resolveAsScalar = resolveAsScalar;
exports.setScalarValue = setScalarValue;
 }),
 91733:
 ((__unused_webpack_module, exports) => {
const stringify = (cst) => 'type' in cst ? stringifyToken(cst) : stringifyItem(cst);
function stringifyToken(token) {
  switch (token.type) {
    case 'block-scalar': {
      let res = '';
      for (const tok of token.props)
        res += stringifyToken(tok);
      return res + token.source;
    }
    case 'block-map':
    case 'block-seq': {
      let res = '';
      for (const item of token.items)
        res += stringifyItem(item);
      return res;
    }
    case 'flow-collection': {
      let res = token.start.source;
      for (const item of token.items)
        res += stringifyItem(item);
      for (const st of token.end)
        res += st.source;
      return res;
    }
    case 'document': {
      let res = stringifyItem(token);
      if (token.end)
        for (const st of token.end)
          res += st.source;
      return res;
    }
    default: {
      let res = token.source;
      if ('end' in token && token.end)
        for (const st of token.end)
          res += st.source;
      return res;
    }
  }
}
function stringifyItem({ start, key, sep, value }) {
  let res = '';
  for (const st of start)
    res += st.source;
  if (key)
    res += stringifyToken(key);
  if (sep)
    for (const st of sep)
      res += st.source;
  if (value)
    res += stringifyToken(value);
  return res;
}
exports.stringify = stringify;
 }),
 97715:
 ((__unused_webpack_module, exports) => {
const BREAK = Symbol('break visit');
const SKIP = Symbol('skip children');
const REMOVE = Symbol('remove item');
function visit(cst, visitor) {
  if ('type' in cst && cst.type === 'document')
    cst = { start: cst.start, value: cst.value };
  _visit(Object.freeze([]), cst, visitor);
}
visit.BREAK = BREAK;
visit.SKIP = SKIP;
visit.REMOVE = REMOVE;
visit.itemAtPath = (cst, path) => {
  let item = cst;
  for (const [field, index] of path) {
    const tok = item?.[field];
    if (tok && 'items' in tok) {
      item = tok.items[index];
    }
    else
      return undefined;
  }
  return item;
};
visit.parentCollection = (cst, path) => {
  const parent = visit.itemAtPath(cst, path.slice(0, -1));
  const field = path[path.length - 1][0];
  const coll = parent?.[field];
  if (coll && 'items' in coll)
    return coll;
  throw new Error('Parent collection not found');
};
function _visit(path, item, visitor) {
  let ctrl = visitor(item, path);
  if (typeof ctrl === 'symbol')
    return ctrl;
  for (const field of ['key', 'value']) {
    const token = item[field];
    if (token && 'items' in token) {
      for (let i = 0; i < token.items.length; ++i) {
        const ci = _visit(Object.freeze(path.concat([[field, i]])), token.items[i], visitor);
        if (typeof ci === 'number')
          i = ci - 1;
        else if (ci === BREAK)
          return BREAK;
        else if (ci === REMOVE) {
          token.items.splice(i, 1);
          i -= 1;
        }
      }
      if (typeof ctrl === 'function' && field === 'key')
        ctrl = ctrl(item, path);
    }
  }
  return typeof ctrl === 'function' ? ctrl(item, path) : ctrl;
}
exports.visit = visit;
 }),
 3461:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var cstScalar = __webpack_require__(60110);
var cstStringify = __webpack_require__(91733);
var cstVisit = __webpack_require__(97715);
const BOM = '\u{FEFF}';
const DOCUMENT = '\x02';
const FLOW_END = '\x18';
const SCALAR = '\x1f';
const isCollection = (token) => !!token && 'items' in token;
const isScalar = (token) => !!token &&
  (token.type === 'scalar' ||
    token.type === 'single-quoted-scalar' ||
    token.type === 'double-quoted-scalar' ||
    token.type === 'block-scalar');
function prettyToken(token) {
  switch (token) {
    case BOM:
      return '<BOM>';
    case DOCUMENT:
      return '<DOC>';
    case FLOW_END:
      return '<FLOW_END>';
    case SCALAR:
      return '<SCALAR>';
    default:
      return JSON.stringify(token);
  }
}
function tokenType(source) {
  switch (source) {
    case BOM:
      return 'byte-order-mark';
    case DOCUMENT:
      return 'doc-mode';
    case FLOW_END:
      return 'flow-error-end';
    case SCALAR:
      return 'scalar';
    case '---':
      return 'doc-start';
    case '...':
      return 'doc-end';
    case '':
    case '\n':
    case '\r\n':
      return 'newline';
    case '-':
      return 'seq-item-ind';
    case '?':
      return 'explicit-key-ind';
    case ':':
      return 'map-value-ind';
    case '{':
      return 'flow-map-start';
    case '}':
      return 'flow-map-end';
    case '[':
      return 'flow-seq-start';
    case ']':
      return 'flow-seq-end';
    case ',':
      return 'comma';
  }
  switch (source[0]) {
    case ' ':
    case '\t':
      return 'space';
    case '#':
      return 'comment';
    case '%':
      return 'directive-line';
    case '*':
      return 'alias';
    case '&':
      return 'anchor';
    case '!':
      return 'tag';
    case "'":
      return 'single-quoted-scalar';
    case '"':
      return 'double-quoted-scalar';
    case '|':
    case '>':
      return 'block-scalar-header';
  }
  return null;
}
exports.createScalarToken = cstScalar.createScalarToken;
exports.resolveAsScalar = cstScalar.resolveAsScalar;
exports.setScalarValue = cstScalar.setScalarValue;
exports.stringify = cstStringify.stringify;
exports.visit = cstVisit.visit;
exports.BOM = BOM;
exports.DOCUMENT = DOCUMENT;
exports.FLOW_END = FLOW_END;
exports.SCALAR = SCALAR;
exports.isCollection = isCollection;
exports.isScalar = isScalar;
exports.prettyToken = prettyToken;
exports.tokenType = tokenType;
 }),
 40361:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var cst = __webpack_require__(3461);
function isEmpty(ch) {
  switch (ch) {
    case undefined:
    case ' ':
    case '\n':
    case '\r':
    case '\t':
      return true;
    default:
      return false;
  }
}
const hexDigits = new Set('0123456789ABCDEFabcdef');
const tagChars = new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()");
const flowIndicatorChars = new Set(',[]{}');
const invalidAnchorChars = new Set(' ,[]{}\n\r\t');
const isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch);
class Lexer {
  constructor() {
    this.atEnd = false;
    this.blockScalarIndent = -1;
    this.blockScalarKeep = false;
    this.buffer = '';
    this.flowKey = false;
    this.flowLevel = 0;
    this.indentNext = 0;
    this.indentValue = 0;
    this.lineEndPos = null;
    this.next = null;
    this.pos = 0;
  }
  *lex(source, incomplete = false) {
    if (source) {
      if (typeof source !== 'string')
        throw TypeError('source is not a string');
      this.buffer = this.buffer ? this.buffer + source : source;
      this.lineEndPos = null;
    }
    this.atEnd = !incomplete;
    let next = this.next ?? 'stream';
    while (next && (incomplete || this.hasChars(1)))
      next = yield* this.parseNext(next);
  }
  atLineEnd() {
    let i = this.pos;
    let ch = this.buffer[i];
    while (ch === ' ' || ch === '\t')
      ch = this.buffer[++i];
    if (!ch || ch === '#' || ch === '\n')
      return true;
    if (ch === '\r')
      return this.buffer[i + 1] === '\n';
    return false;
  }
  charAt(n) {
    return this.buffer[this.pos + n];
  }
  continueScalar(offset) {
    let ch = this.buffer[offset];
    if (this.indentNext > 0) {
      let indent = 0;
      while (ch === ' ')
        ch = this.buffer[++indent + offset];
      if (ch === '\r') {
        const next = this.buffer[indent + offset + 1];
        if (next === '\n' || (!next && !this.atEnd))
          return offset + indent + 1;
      }
      return ch === '\n' || indent >= this.indentNext || (!ch && !this.atEnd)
        ? offset + indent
        : -1;
    }
    if (ch === '-' || ch === '.') {
      const dt = this.buffer.substr(offset, 3);
      if ((dt === '---' || dt === '...') && isEmpty(this.buffer[offset + 3]))
        return -1;
    }
    return offset;
  }
  getLine() {
    let end = this.lineEndPos;
    if (typeof end !== 'number' || (end !== -1 && end < this.pos)) {
      end = this.buffer.indexOf('\n', this.pos);
      this.lineEndPos = end;
    }
    if (end === -1)
      return this.atEnd ? this.buffer.substring(this.pos) : null;
    if (this.buffer[end - 1] === '\r')
      end -= 1;
    return this.buffer.substring(this.pos, end);
  }
  hasChars(n) {
    return this.pos + n <= this.buffer.length;
  }
  setNext(state) {
    this.buffer = this.buffer.substring(this.pos);
    this.pos = 0;
    this.lineEndPos = null;
    this.next = state;
    return null;
  }
  peek(n) {
    return this.buffer.substr(this.pos, n);
  }
  *parseNext(next) {
    switch (next) {
      case 'stream':
        return yield* this.parseStream();
      case 'line-start':
        return yield* this.parseLineStart();
      case 'block-start':
        return yield* this.parseBlockStart();
      case 'doc':
        return yield* this.parseDocument();
      case 'flow':
        return yield* this.parseFlowCollection();
      case 'quoted-scalar':
        return yield* this.parseQuotedScalar();
      case 'block-scalar':
        return yield* this.parseBlockScalar();
      case 'plain-scalar':
        return yield* this.parsePlainScalar();
    }
  }
  *parseStream() {
    let line = this.getLine();
    if (line === null)
      return this.setNext('stream');
    if (line[0] === cst.BOM) {
      yield* this.pushCount(1);
      line = line.substring(1);
    }
    if (line[0] === '%') {
      let dirEnd = line.length;
      let cs = line.indexOf('#');
      while (cs !== -1) {
        const ch = line[cs - 1];
        if (ch === ' ' || ch === '\t') {
          dirEnd = cs - 1;
          break;
        }
        else {
          cs = line.indexOf('#', cs + 1);
        }
      }
      while (true) {
        const ch = line[dirEnd - 1];
        if (ch === ' ' || ch === '\t')
          dirEnd -= 1;
        else
          break;
      }
      const n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(true));
      yield* this.pushCount(line.length - n);
      this.pushNewline();
      return 'stream';
    }
    if (this.atLineEnd()) {
      const sp = yield* this.pushSpaces(true);
      yield* this.pushCount(line.length - sp);
      yield* this.pushNewline();
      return 'stream';
    }
    yield cst.DOCUMENT;
    return yield* this.parseLineStart();
  }
  *parseLineStart() {
    const ch = this.charAt(0);
    if (!ch && !this.atEnd)
      return this.setNext('line-start');
    if (ch === '-' || ch === '.') {
      if (!this.atEnd && !this.hasChars(4))
        return this.setNext('line-start');
      const s = this.peek(3);
      if ((s === '---' || s === '...') && isEmpty(this.charAt(3))) {
        yield* this.pushCount(3);
        this.indentValue = 0;
        this.indentNext = 0;
        return s === '---' ? 'doc' : 'stream';
      }
    }
    this.indentValue = yield* this.pushSpaces(false);
    if (this.indentNext > this.indentValue && !isEmpty(this.charAt(1)))
      this.indentNext = this.indentValue;
    return yield* this.parseBlockStart();
  }
  *parseBlockStart() {
    const [ch0, ch1] = this.peek(2);
    if (!ch1 && !this.atEnd)
      return this.setNext('block-start');
    if ((ch0 === '-' || ch0 === '?' || ch0 === ':') && isEmpty(ch1)) {
      const n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(true));
      this.indentNext = this.indentValue + 1;
      this.indentValue += n;
      return 'block-start';
    }
    return 'doc';
  }
  *parseDocument() {
    yield* this.pushSpaces(true);
    const line = this.getLine();
    if (line === null)
      return this.setNext('doc');
    let n = yield* this.pushIndicators();
    switch (line[n]) {
      case '#':
        yield* this.pushCount(line.length - n);
      case undefined:
        yield* this.pushNewline();
        return yield* this.parseLineStart();
      case '{':
      case '[':
        yield* this.pushCount(1);
        this.flowKey = false;
        this.flowLevel = 1;
        return 'flow';
      case '}':
      case ']':
        yield* this.pushCount(1);
        return 'doc';
      case '*':
        yield* this.pushUntil(isNotAnchorChar);
        return 'doc';
      case '"':
      case "'":
        return yield* this.parseQuotedScalar();
      case '|':
      case '>':
        n += yield* this.parseBlockScalarHeader();
        n += yield* this.pushSpaces(true);
        yield* this.pushCount(line.length - n);
        yield* this.pushNewline();
        return yield* this.parseBlockScalar();
      default:
        return yield* this.parsePlainScalar();
    }
  }
  *parseFlowCollection() {
    let nl, sp;
    let indent = -1;
    do {
      nl = yield* this.pushNewline();
      if (nl > 0) {
        sp = yield* this.pushSpaces(false);
        this.indentValue = indent = sp;
      }
      else {
        sp = 0;
      }
      sp += yield* this.pushSpaces(true);
    } while (nl + sp > 0);
    const line = this.getLine();
    if (line === null)
      return this.setNext('flow');
    if ((indent !== -1 && indent < this.indentNext && line[0] !== '#') ||
      (indent === 0 &&
        (line.startsWith('---') || line.startsWith('...')) &&
        isEmpty(line[3]))) {
      const atFlowEndMarker = indent === this.indentNext - 1 &&
        this.flowLevel === 1 &&
        (line[0] === ']' || line[0] === '}');
      if (!atFlowEndMarker) {
        this.flowLevel = 0;
        yield cst.FLOW_END;
        return yield* this.parseLineStart();
      }
    }
    let n = 0;
    while (line[n] === ',') {
      n += yield* this.pushCount(1);
      n += yield* this.pushSpaces(true);
      this.flowKey = false;
    }
    n += yield* this.pushIndicators();
    switch (line[n]) {
      case undefined:
        return 'flow';
      case '#':
        yield* this.pushCount(line.length - n);
        return 'flow';
      case '{':
      case '[':
        yield* this.pushCount(1);
        this.flowKey = false;
        this.flowLevel += 1;
        return 'flow';
      case '}':
      case ']':
        yield* this.pushCount(1);
        this.flowKey = true;
        this.flowLevel -= 1;
        return this.flowLevel ? 'flow' : 'doc';
      case '*':
        yield* this.pushUntil(isNotAnchorChar);
        return 'flow';
      case '"':
      case "'":
        this.flowKey = true;
        return yield* this.parseQuotedScalar();
      case ':': {
        const next = this.charAt(1);
        if (this.flowKey || isEmpty(next) || next === ',') {
          this.flowKey = false;
          yield* this.pushCount(1);
          yield* this.pushSpaces(true);
          return 'flow';
        }
      }
      default:
        this.flowKey = false;
        return yield* this.parsePlainScalar();
    }
  }
  *parseQuotedScalar() {
    const quote = this.charAt(0);
    let end = this.buffer.indexOf(quote, this.pos + 1);
    if (quote === "'") {
      while (end !== -1 && this.buffer[end + 1] === "'")
        end = this.buffer.indexOf("'", end + 2);
    }
    else {
      while (end !== -1) {
        let n = 0;
        while (this.buffer[end - 1 - n] === '\\')
          n += 1;
        if (n % 2 === 0)
          break;
        end = this.buffer.indexOf('"', end + 1);
      }
    }
    const qb = this.buffer.substring(0, end);
    let nl = qb.indexOf('\n', this.pos);
    if (nl !== -1) {
      while (nl !== -1) {
        const cs = this.continueScalar(nl + 1);
        if (cs === -1)
          break;
        nl = qb.indexOf('\n', cs);
      }
      if (nl !== -1) {
        end = nl - (qb[nl - 1] === '\r' ? 2 : 1);
      }
    }
    if (end === -1) {
      if (!this.atEnd)
        return this.setNext('quoted-scalar');
      end = this.buffer.length;
    }
    yield* this.pushToIndex(end + 1, false);
    return this.flowLevel ? 'flow' : 'doc';
  }
  *parseBlockScalarHeader() {
    this.blockScalarIndent = -1;
    this.blockScalarKeep = false;
    let i = this.pos;
    while (true) {
      const ch = this.buffer[++i];
      if (ch === '+')
        this.blockScalarKeep = true;
      else if (ch > '0' && ch <= '9')
        this.blockScalarIndent = Number(ch) - 1;
      else if (ch !== '-')
        break;
    }
    return yield* this.pushUntil(ch => isEmpty(ch) || ch === '#');
  }
  *parseBlockScalar() {
    let nl = this.pos - 1;
    let indent = 0;
    let ch;
    loop: for (let i = this.pos; (ch = this.buffer[i]); ++i) {
      switch (ch) {
        case ' ':
          indent += 1;
          break;
        case '\n':
          nl = i;
          indent = 0;
          break;
        case '\r': {
          const next = this.buffer[i + 1];
          if (!next && !this.atEnd)
            return this.setNext('block-scalar');
          if (next === '\n')
            break;
        }
        default:
          break loop;
      }
    }
    if (!ch && !this.atEnd)
      return this.setNext('block-scalar');
    if (indent >= this.indentNext) {
      if (this.blockScalarIndent === -1)
        this.indentNext = indent;
      else {
        this.indentNext =
          this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
      }
      do {
        const cs = this.continueScalar(nl + 1);
        if (cs === -1)
          break;
        nl = this.buffer.indexOf('\n', cs);
      } while (nl !== -1);
      if (nl === -1) {
        if (!this.atEnd)
          return this.setNext('block-scalar');
        nl = this.buffer.length;
      }
    }
    let i = nl + 1;
    ch = this.buffer[i];
    while (ch === ' ')
      ch = this.buffer[++i];
    if (ch === '\t') {
      while (ch === '\t' || ch === ' ' || ch === '\r' || ch === '\n')
        ch = this.buffer[++i];
      nl = i - 1;
    }
    else if (!this.blockScalarKeep) {
      do {
        let i = nl - 1;
        let ch = this.buffer[i];
        if (ch === '\r')
          ch = this.buffer[--i];
        const lastChar = i;
        while (ch === ' ')
          ch = this.buffer[--i];
        if (ch === '\n' && i >= this.pos && i + 1 + indent > lastChar)
          nl = i;
        else
          break;
      } while (true);
    }
    yield cst.SCALAR;
    yield* this.pushToIndex(nl + 1, true);
    return yield* this.parseLineStart();
  }
  *parsePlainScalar() {
    const inFlow = this.flowLevel > 0;
    let end = this.pos - 1;
    let i = this.pos - 1;
    let ch;
    while ((ch = this.buffer[++i])) {
      if (ch === ':') {
        const next = this.buffer[i + 1];
        if (isEmpty(next) || (inFlow && flowIndicatorChars.has(next)))
          break;
        end = i;
      }
      else if (isEmpty(ch)) {
        let next = this.buffer[i + 1];
        if (ch === '\r') {
          if (next === '\n') {
            i += 1;
            ch = '\n';
            next = this.buffer[i + 1];
          }
          else
            end = i;
        }
        if (next === '#' || (inFlow && flowIndicatorChars.has(next)))
          break;
        if (ch === '\n') {
          const cs = this.continueScalar(i + 1);
          if (cs === -1)
            break;
          i = Math.max(i, cs - 2);
        }
      }
      else {
        if (inFlow && flowIndicatorChars.has(ch))
          break;
        end = i;
      }
    }
    if (!ch && !this.atEnd)
      return this.setNext('plain-scalar');
    yield cst.SCALAR;
    yield* this.pushToIndex(end + 1, true);
    return inFlow ? 'flow' : 'doc';
  }
  *pushCount(n) {
    if (n > 0) {
      yield this.buffer.substr(this.pos, n);
      this.pos += n;
      return n;
    }
    return 0;
  }
  *pushToIndex(i, allowEmpty) {
    const s = this.buffer.slice(this.pos, i);
    if (s) {
      yield s;
      this.pos += s.length;
      return s.length;
    }
    else if (allowEmpty)
      yield '';
    return 0;
  }
  *pushIndicators() {
    let n = 0;
    loop: while (true) {
      switch (this.charAt(0)) {
        case '!':
          n += yield* this.pushTag();
          n += yield* this.pushSpaces(true);
          continue loop;
        case '&':
          n += yield* this.pushUntil(isNotAnchorChar);
          n += yield* this.pushSpaces(true);
          continue loop;
        case '-':
        case '?':
        case ':': {
          const inFlow = this.flowLevel > 0;
          const ch1 = this.charAt(1);
          if (isEmpty(ch1) || (inFlow && flowIndicatorChars.has(ch1))) {
            if (!inFlow)
              this.indentNext = this.indentValue + 1;
            else if (this.flowKey)
              this.flowKey = false;
            n += yield* this.pushCount(1);
            n += yield* this.pushSpaces(true);
            continue loop;
          }
        }
      }
      break loop;
    }
    return n;
  }
  *pushTag() {
    if (this.charAt(1) === '<') {
      let i = this.pos + 2;
      let ch = this.buffer[i];
      while (!isEmpty(ch) && ch !== '>')
        ch = this.buffer[++i];
      return yield* this.pushToIndex(ch === '>' ? i + 1 : i, false);
    }
    else {
      let i = this.pos + 1;
      let ch = this.buffer[i];
      while (ch) {
        if (tagChars.has(ch))
          ch = this.buffer[++i];
        else if (ch === '%' &&
          hexDigits.has(this.buffer[i + 1]) &&
          hexDigits.has(this.buffer[i + 2])) {
          ch = this.buffer[(i += 3)];
        }
        else
          break;
      }
      return yield* this.pushToIndex(i, false);
    }
  }
  *pushNewline() {
    const ch = this.buffer[this.pos];
    if (ch === '\n')
      return yield* this.pushCount(1);
    else if (ch === '\r' && this.charAt(1) === '\n')
      return yield* this.pushCount(2);
    else
      return 0;
  }
  *pushSpaces(allowTabs) {
    let i = this.pos - 1;
    let ch;
    do {
      ch = this.buffer[++i];
    } while (ch === ' ' || (allowTabs && ch === '\t'));
    const n = i - this.pos;
    if (n > 0) {
      yield this.buffer.substr(this.pos, n);
      this.pos = i;
    }
    return n;
  }
  *pushUntil(test) {
    let i = this.pos;
    let ch = this.buffer[i];
    while (!test(ch))
      ch = this.buffer[++i];
    return yield* this.pushToIndex(i, false);
  }
}
exports.Lexer = Lexer;
 }),
 66628:
 ((__unused_webpack_module, exports) => {
class LineCounter {
  constructor() {
    this.lineStarts = [];
    this.addNewLine = (offset) => this.lineStarts.push(offset);
    this.linePos = (offset) => {
      let low = 0;
      let high = this.lineStarts.length;
      while (low < high) {
        const mid = (low + high) >> 1;
        if (this.lineStarts[mid] < offset)
          low = mid + 1;
        else
          high = mid;
      }
      if (this.lineStarts[low] === offset)
        return { line: low + 1, col: 1 };
      if (low === 0)
        return { line: 0, col: offset };
      const start = this.lineStarts[low - 1];
      return { line: low, col: offset - start + 1 };
    };
  }
}
exports.LineCounter = LineCounter;
 }),
 3456:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var node_process = __webpack_require__(932);
var cst = __webpack_require__(3461);
var lexer = __webpack_require__(40361);
function includesToken(list, type) {
  for (let i = 0; i < list.length; ++i)
    if (list[i].type === type)
      return true;
  return false;
}
function findNonEmptyIndex(list) {
  for (let i = 0; i < list.length; ++i) {
    switch (list[i].type) {
      case 'space':
      case 'comment':
      case 'newline':
        break;
      default:
        return i;
    }
  }
  return -1;
}
function isFlowToken(token) {
  switch (token?.type) {
    case 'alias':
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'flow-collection':
      return true;
    default:
      return false;
  }
}
function getPrevProps(parent) {
  switch (parent.type) {
    case 'document':
      return parent.start;
    case 'block-map': {
      const it = parent.items[parent.items.length - 1];
      return it.sep ?? it.start;
    }
    case 'block-seq':
      return parent.items[parent.items.length - 1].start;
    default:
      return [];
  }
}
function getFirstKeyStartProps(prev) {
  if (prev.length === 0)
    return [];
  let i = prev.length;
  loop: while (--i >= 0) {
    switch (prev[i].type) {
      case 'doc-start':
      case 'explicit-key-ind':
      case 'map-value-ind':
      case 'seq-item-ind':
      case 'newline':
        break loop;
    }
  }
  while (prev[++i]?.type === 'space') {
  }
  return prev.splice(i, prev.length);
}
function arrayPushArray(target, source) {
  if (source.length < 1e5)
    Array.prototype.push.apply(target, source);
  else
    for (let i = 0; i < source.length; ++i)
      target.push(source[i]);
}
function fixFlowSeqItems(fc) {
  if (fc.start.type === 'flow-seq-start') {
    for (const it of fc.items) {
      if (it.sep &&
        !it.value &&
        !includesToken(it.start, 'explicit-key-ind') &&
        !includesToken(it.sep, 'map-value-ind')) {
        if (it.key)
          it.value = it.key;
        delete it.key;
        if (isFlowToken(it.value)) {
          if (it.value.end)
            arrayPushArray(it.value.end, it.sep);
          else
            it.value.end = it.sep;
        }
        else
          arrayPushArray(it.start, it.sep);
        delete it.sep;
      }
    }
  }
}
class Parser {
  constructor(onNewLine) {
    this.atNewLine = true;
    this.atScalar = false;
    this.indent = 0;
    this.offset = 0;
    this.onKeyLine = false;
    this.stack = [];
    this.source = '';
    this.type = '';
    this.lexer = new lexer.Lexer();
    this.onNewLine = onNewLine;
  }
  *parse(source, incomplete = false) {
    if (this.onNewLine && this.offset === 0)
      this.onNewLine(0);
    for (const lexeme of this.lexer.lex(source, incomplete))
      yield* this.next(lexeme);
    if (!incomplete)
      yield* this.end();
  }
  *next(source) {
    this.source = source;
    if (node_process.env.LOG_TOKENS)
      console.log('|', cst.prettyToken(source));
    if (this.atScalar) {
      this.atScalar = false;
      yield* this.step();
      this.offset += source.length;
      return;
    }
    const type = cst.tokenType(source);
    if (!type) {
      const message = `Not a YAML token: ${source}`;
      yield* this.pop({ type: 'error', offset: this.offset, message, source });
      this.offset += source.length;
    }
    else if (type === 'scalar') {
      this.atNewLine = false;
      this.atScalar = true;
      this.type = 'scalar';
    }
    else {
      this.type = type;
      yield* this.step();
      switch (type) {
        case 'newline':
          this.atNewLine = true;
          this.indent = 0;
          if (this.onNewLine)
            this.onNewLine(this.offset + source.length);
          break;
        case 'space':
          if (this.atNewLine && source[0] === ' ')
            this.indent += source.length;
          break;
        case 'explicit-key-ind':
        case 'map-value-ind':
        case 'seq-item-ind':
          if (this.atNewLine)
            this.indent += source.length;
          break;
        case 'doc-mode':
        case 'flow-error-end':
          return;
        default:
          this.atNewLine = false;
      }
      this.offset += source.length;
    }
  }
  *end() {
    while (this.stack.length > 0)
      yield* this.pop();
  }
  get sourceToken() {
    const st = {
      type: this.type,
      offset: this.offset,
      indent: this.indent,
      source: this.source
    };
    return st;
  }
  *step() {
    const top = this.peek(1);
    if (this.type === 'doc-end' && top?.type !== 'doc-end') {
      while (this.stack.length > 0)
        yield* this.pop();
      this.stack.push({
        type: 'doc-end',
        offset: this.offset,
        source: this.source
      });
      return;
    }
    if (!top)
      return yield* this.stream();
    switch (top.type) {
      case 'document':
        return yield* this.document(top);
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        return yield* this.scalar(top);
      case 'block-scalar':
        return yield* this.blockScalar(top);
      case 'block-map':
        return yield* this.blockMap(top);
      case 'block-seq':
        return yield* this.blockSequence(top);
      case 'flow-collection':
        return yield* this.flowCollection(top);
      case 'doc-end':
        return yield* this.documentEnd(top);
    }
    yield* this.pop();
  }
  peek(n) {
    return this.stack[this.stack.length - n];
  }
  *pop(error) {
    const token = error ?? this.stack.pop();
    if (!token) {
      const message = 'Tried to pop an empty stack';
      yield { type: 'error', offset: this.offset, source: '', message };
    }
    else if (this.stack.length === 0) {
      yield token;
    }
    else {
      const top = this.peek(1);
      if (token.type === 'block-scalar') {
        token.indent = 'indent' in top ? top.indent : 0;
      }
      else if (token.type === 'flow-collection' && top.type === 'document') {
        token.indent = 0;
      }
      if (token.type === 'flow-collection')
        fixFlowSeqItems(token);
      switch (top.type) {
        case 'document':
          top.value = token;
          break;
        case 'block-scalar':
          top.props.push(token);
          break;
        case 'block-map': {
          const it = top.items[top.items.length - 1];
          if (it.value) {
            top.items.push({ start: [], key: token, sep: [] });
            this.onKeyLine = true;
            return;
          }
          else if (it.sep) {
            it.value = token;
          }
          else {
            Object.assign(it, { key: token, sep: [] });
            this.onKeyLine = !it.explicitKey;
            return;
          }
          break;
        }
        case 'block-seq': {
          const it = top.items[top.items.length - 1];
          if (it.value)
            top.items.push({ start: [], value: token });
          else
            it.value = token;
          break;
        }
        case 'flow-collection': {
          const it = top.items[top.items.length - 1];
          if (!it || it.value)
            top.items.push({ start: [], key: token, sep: [] });
          else if (it.sep)
            it.value = token;
          else
            Object.assign(it, { key: token, sep: [] });
          return;
        }
        default:
          yield* this.pop();
          yield* this.pop(token);
      }
      if ((top.type === 'document' ||
        top.type === 'block-map' ||
        top.type === 'block-seq') &&
        (token.type === 'block-map' || token.type === 'block-seq')) {
        const last = token.items[token.items.length - 1];
        if (last &&
          !last.sep &&
          !last.value &&
          last.start.length > 0 &&
          findNonEmptyIndex(last.start) === -1 &&
          (token.indent === 0 ||
            last.start.every(st => st.type !== 'comment' || st.indent < token.indent))) {
          if (top.type === 'document')
            top.end = last.start;
          else
            top.items.push({ start: last.start });
          token.items.splice(-1, 1);
        }
      }
    }
  }
  *stream() {
    switch (this.type) {
      case 'directive-line':
        yield { type: 'directive', offset: this.offset, source: this.source };
        return;
      case 'byte-order-mark':
      case 'space':
      case 'comment':
      case 'newline':
        yield this.sourceToken;
        return;
      case 'doc-mode':
      case 'doc-start': {
        const doc = {
          type: 'document',
          offset: this.offset,
          start: []
        };
        if (this.type === 'doc-start')
          doc.start.push(this.sourceToken);
        this.stack.push(doc);
        return;
      }
    }
    yield {
      type: 'error',
      offset: this.offset,
      message: `Unexpected ${this.type} token in YAML stream`,
      source: this.source
    };
  }
  *document(doc) {
    if (doc.value)
      return yield* this.lineEnd(doc);
    switch (this.type) {
      case 'doc-start': {
        if (findNonEmptyIndex(doc.start) !== -1) {
          yield* this.pop();
          yield* this.step();
        }
        else
          doc.start.push(this.sourceToken);
        return;
      }
      case 'anchor':
      case 'tag':
      case 'space':
      case 'comment':
      case 'newline':
        doc.start.push(this.sourceToken);
        return;
    }
    const bv = this.startBlockValue(doc);
    if (bv)
      this.stack.push(bv);
    else {
      yield {
        type: 'error',
        offset: this.offset,
        message: `Unexpected ${this.type} token in YAML document`,
        source: this.source
      };
    }
  }
  *scalar(scalar) {
    if (this.type === 'map-value-ind') {
      const prev = getPrevProps(this.peek(2));
      const start = getFirstKeyStartProps(prev);
      let sep;
      if (scalar.end) {
        sep = scalar.end;
        sep.push(this.sourceToken);
        delete scalar.end;
      }
      else
        sep = [this.sourceToken];
      const map = {
        type: 'block-map',
        offset: scalar.offset,
        indent: scalar.indent,
        items: [{ start, key: scalar, sep }]
      };
      this.onKeyLine = true;
      this.stack[this.stack.length - 1] = map;
    }
    else
      yield* this.lineEnd(scalar);
  }
  *blockScalar(scalar) {
    switch (this.type) {
      case 'space':
      case 'comment':
      case 'newline':
        scalar.props.push(this.sourceToken);
        return;
      case 'scalar':
        scalar.source = this.source;
        this.atNewLine = true;
        this.indent = 0;
        if (this.onNewLine) {
          let nl = this.source.indexOf('\n') + 1;
          while (nl !== 0) {
            this.onNewLine(this.offset + nl);
            nl = this.source.indexOf('\n', nl) + 1;
          }
        }
        yield* this.pop();
        break;
      default:
        yield* this.pop();
        yield* this.step();
    }
  }
  *blockMap(map) {
    const it = map.items[map.items.length - 1];
    switch (this.type) {
      case 'newline':
        this.onKeyLine = false;
        if (it.value) {
          const end = 'end' in it.value ? it.value.end : undefined;
          const last = Array.isArray(end) ? end[end.length - 1] : undefined;
          if (last?.type === 'comment')
            end?.push(this.sourceToken);
          else
            map.items.push({ start: [this.sourceToken] });
        }
        else if (it.sep) {
          it.sep.push(this.sourceToken);
        }
        else {
          it.start.push(this.sourceToken);
        }
        return;
      case 'space':
      case 'comment':
        if (it.value) {
          map.items.push({ start: [this.sourceToken] });
        }
        else if (it.sep) {
          it.sep.push(this.sourceToken);
        }
        else {
          if (this.atIndentedComment(it.start, map.indent)) {
            const prev = map.items[map.items.length - 2];
            const end = prev?.value?.end;
            if (Array.isArray(end)) {
              arrayPushArray(end, it.start);
              end.push(this.sourceToken);
              map.items.pop();
              return;
            }
          }
          it.start.push(this.sourceToken);
        }
        return;
    }
    if (this.indent >= map.indent) {
      const atMapIndent = !this.onKeyLine && this.indent === map.indent;
      const atNextItem = atMapIndent &&
        (it.sep || it.explicitKey) &&
        this.type !== 'seq-item-ind';
      let start = [];
      if (atNextItem && it.sep && !it.value) {
        const nl = [];
        for (let i = 0; i < it.sep.length; ++i) {
          const st = it.sep[i];
          switch (st.type) {
            case 'newline':
              nl.push(i);
              break;
            case 'space':
              break;
            case 'comment':
              if (st.indent > map.indent)
                nl.length = 0;
              break;
            default:
              nl.length = 0;
          }
        }
        if (nl.length >= 2)
          start = it.sep.splice(nl[1]);
      }
      switch (this.type) {
        case 'anchor':
        case 'tag':
          if (atNextItem || it.value) {
            start.push(this.sourceToken);
            map.items.push({ start });
            this.onKeyLine = true;
          }
          else if (it.sep) {
            it.sep.push(this.sourceToken);
          }
          else {
            it.start.push(this.sourceToken);
          }
          return;
        case 'explicit-key-ind':
          if (!it.sep && !it.explicitKey) {
            it.start.push(this.sourceToken);
            it.explicitKey = true;
          }
          else if (atNextItem || it.value) {
            start.push(this.sourceToken);
            map.items.push({ start, explicitKey: true });
          }
          else {
            this.stack.push({
              type: 'block-map',
              offset: this.offset,
              indent: this.indent,
              items: [{ start: [this.sourceToken], explicitKey: true }]
            });
          }
          this.onKeyLine = true;
          return;
        case 'map-value-ind':
          if (it.explicitKey) {
            if (!it.sep) {
              if (includesToken(it.start, 'newline')) {
                Object.assign(it, { key: null, sep: [this.sourceToken] });
              }
              else {
                const start = getFirstKeyStartProps(it.start);
                this.stack.push({
                  type: 'block-map',
                  offset: this.offset,
                  indent: this.indent,
                  items: [{ start, key: null, sep: [this.sourceToken] }]
                });
              }
            }
            else if (it.value) {
              map.items.push({ start: [], key: null, sep: [this.sourceToken] });
            }
            else if (includesToken(it.sep, 'map-value-ind')) {
              this.stack.push({
                type: 'block-map',
                offset: this.offset,
                indent: this.indent,
                items: [{ start, key: null, sep: [this.sourceToken] }]
              });
            }
            else if (isFlowToken(it.key) &&
              !includesToken(it.sep, 'newline')) {
              const start = getFirstKeyStartProps(it.start);
              const key = it.key;
              const sep = it.sep;
              sep.push(this.sourceToken);
              delete it.key;
              delete it.sep;
              this.stack.push({
                type: 'block-map',
                offset: this.offset,
                indent: this.indent,
                items: [{ start, key, sep }]
              });
            }
            else if (start.length > 0) {
              it.sep = it.sep.concat(start, this.sourceToken);
            }
            else {
              it.sep.push(this.sourceToken);
            }
          }
          else {
            if (!it.sep) {
              Object.assign(it, { key: null, sep: [this.sourceToken] });
            }
            else if (it.value || atNextItem) {
              map.items.push({ start, key: null, sep: [this.sourceToken] });
            }
            else if (includesToken(it.sep, 'map-value-ind')) {
              this.stack.push({
                type: 'block-map',
                offset: this.offset,
                indent: this.indent,
                items: [{ start: [], key: null, sep: [this.sourceToken] }]
              });
            }
            else {
              it.sep.push(this.sourceToken);
            }
          }
          this.onKeyLine = true;
          return;
        case 'alias':
        case 'scalar':
        case 'single-quoted-scalar':
        case 'double-quoted-scalar': {
          const fs = this.flowScalar(this.type);
          if (atNextItem || it.value) {
            map.items.push({ start, key: fs, sep: [] });
            this.onKeyLine = true;
          }
          else if (it.sep) {
            this.stack.push(fs);
          }
          else {
            Object.assign(it, { key: fs, sep: [] });
            this.onKeyLine = true;
          }
          return;
        }
        default: {
          const bv = this.startBlockValue(map);
          if (bv) {
            if (bv.type === 'block-seq') {
              if (!it.explicitKey &&
                it.sep &&
                !includesToken(it.sep, 'newline')) {
                yield* this.pop({
                  type: 'error',
                  offset: this.offset,
                  message: 'Unexpected block-seq-ind on same line with key',
                  source: this.source
                });
                return;
              }
            }
            else if (atMapIndent) {
              map.items.push({ start });
            }
            this.stack.push(bv);
            return;
          }
        }
      }
    }
    yield* this.pop();
    yield* this.step();
  }
  *blockSequence(seq) {
    const it = seq.items[seq.items.length - 1];
    switch (this.type) {
      case 'newline':
        if (it.value) {
          const end = 'end' in it.value ? it.value.end : undefined;
          const last = Array.isArray(end) ? end[end.length - 1] : undefined;
          if (last?.type === 'comment')
            end?.push(this.sourceToken);
          else
            seq.items.push({ start: [this.sourceToken] });
        }
        else
          it.start.push(this.sourceToken);
        return;
      case 'space':
      case 'comment':
        if (it.value)
          seq.items.push({ start: [this.sourceToken] });
        else {
          if (this.atIndentedComment(it.start, seq.indent)) {
            const prev = seq.items[seq.items.length - 2];
            const end = prev?.value?.end;
            if (Array.isArray(end)) {
              arrayPushArray(end, it.start);
              end.push(this.sourceToken);
              seq.items.pop();
              return;
            }
          }
          it.start.push(this.sourceToken);
        }
        return;
      case 'anchor':
      case 'tag':
        if (it.value || this.indent <= seq.indent)
          break;
        it.start.push(this.sourceToken);
        return;
      case 'seq-item-ind':
        if (this.indent !== seq.indent)
          break;
        if (it.value || includesToken(it.start, 'seq-item-ind'))
          seq.items.push({ start: [this.sourceToken] });
        else
          it.start.push(this.sourceToken);
        return;
    }
    if (this.indent > seq.indent) {
      const bv = this.startBlockValue(seq);
      if (bv) {
        this.stack.push(bv);
        return;
      }
    }
    yield* this.pop();
    yield* this.step();
  }
  *flowCollection(fc) {
    const it = fc.items[fc.items.length - 1];
    if (this.type === 'flow-error-end') {
      let top;
      do {
        yield* this.pop();
        top = this.peek(1);
      } while (top?.type === 'flow-collection');
    }
    else if (fc.end.length === 0) {
      switch (this.type) {
        case 'comma':
        case 'explicit-key-ind':
          if (!it || it.sep)
            fc.items.push({ start: [this.sourceToken] });
          else
            it.start.push(this.sourceToken);
          return;
        case 'map-value-ind':
          if (!it || it.value)
            fc.items.push({ start: [], key: null, sep: [this.sourceToken] });
          else if (it.sep)
            it.sep.push(this.sourceToken);
          else
            Object.assign(it, { key: null, sep: [this.sourceToken] });
          return;
        case 'space':
        case 'comment':
        case 'newline':
        case 'anchor':
        case 'tag':
          if (!it || it.value)
            fc.items.push({ start: [this.sourceToken] });
          else if (it.sep)
            it.sep.push(this.sourceToken);
          else
            it.start.push(this.sourceToken);
          return;
        case 'alias':
        case 'scalar':
        case 'single-quoted-scalar':
        case 'double-quoted-scalar': {
          const fs = this.flowScalar(this.type);
          if (!it || it.value)
            fc.items.push({ start: [], key: fs, sep: [] });
          else if (it.sep)
            this.stack.push(fs);
          else
            Object.assign(it, { key: fs, sep: [] });
          return;
        }
        case 'flow-map-end':
        case 'flow-seq-end':
          fc.end.push(this.sourceToken);
          return;
      }
      const bv = this.startBlockValue(fc);
      if (bv)
        this.stack.push(bv);
      else {
        yield* this.pop();
        yield* this.step();
      }
    }
    else {
      const parent = this.peek(2);
      if (parent.type === 'block-map' &&
        ((this.type === 'map-value-ind' && parent.indent === fc.indent) ||
          (this.type === 'newline' &&
            !parent.items[parent.items.length - 1].sep))) {
        yield* this.pop();
        yield* this.step();
      }
      else if (this.type === 'map-value-ind' &&
        parent.type !== 'flow-collection') {
        const prev = getPrevProps(parent);
        const start = getFirstKeyStartProps(prev);
        fixFlowSeqItems(fc);
        const sep = fc.end.splice(1, fc.end.length);
        sep.push(this.sourceToken);
        const map = {
          type: 'block-map',
          offset: fc.offset,
          indent: fc.indent,
          items: [{ start, key: fc, sep }]
        };
        this.onKeyLine = true;
        this.stack[this.stack.length - 1] = map;
      }
      else {
        yield* this.lineEnd(fc);
      }
    }
  }
  flowScalar(type) {
    if (this.onNewLine) {
      let nl = this.source.indexOf('\n') + 1;
      while (nl !== 0) {
        this.onNewLine(this.offset + nl);
        nl = this.source.indexOf('\n', nl) + 1;
      }
    }
    return {
      type,
      offset: this.offset,
      indent: this.indent,
      source: this.source
    };
  }
  startBlockValue(parent) {
    switch (this.type) {
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        return this.flowScalar(this.type);
      case 'block-scalar-header':
        return {
          type: 'block-scalar',
          offset: this.offset,
          indent: this.indent,
          props: [this.sourceToken],
          source: ''
        };
      case 'flow-map-start':
      case 'flow-seq-start':
        return {
          type: 'flow-collection',
          offset: this.offset,
          indent: this.indent,
          start: this.sourceToken,
          items: [],
          end: []
        };
      case 'seq-item-ind':
        return {
          type: 'block-seq',
          offset: this.offset,
          indent: this.indent,
          items: [{ start: [this.sourceToken] }]
        };
      case 'explicit-key-ind': {
        this.onKeyLine = true;
        const prev = getPrevProps(parent);
        const start = getFirstKeyStartProps(prev);
        start.push(this.sourceToken);
        return {
          type: 'block-map',
          offset: this.offset,
          indent: this.indent,
          items: [{ start, explicitKey: true }]
        };
      }
      case 'map-value-ind': {
        this.onKeyLine = true;
        const prev = getPrevProps(parent);
        const start = getFirstKeyStartProps(prev);
        return {
          type: 'block-map',
          offset: this.offset,
          indent: this.indent,
          items: [{ start, key: null, sep: [this.sourceToken] }]
        };
      }
    }
    return null;
  }
  atIndentedComment(start, indent) {
    if (this.type !== 'comment')
      return false;
    if (this.indent <= indent)
      return false;
    return start.every(st => st.type === 'newline' || st.type === 'space');
  }
  *documentEnd(docEnd) {
    if (this.type !== 'doc-mode') {
      if (docEnd.end)
        docEnd.end.push(this.sourceToken);
      else
        docEnd.end = [this.sourceToken];
      if (this.type === 'newline')
        yield* this.pop();
    }
  }
  *lineEnd(token) {
    switch (this.type) {
      case 'comma':
      case 'doc-start':
      case 'doc-end':
      case 'flow-seq-end':
      case 'flow-map-end':
      case 'map-value-ind':
        yield* this.pop();
        yield* this.step();
        break;
      case 'newline':
        this.onKeyLine = false;
      case 'space':
      case 'comment':
      default:
        if (token.end)
          token.end.push(this.sourceToken);
        else
          token.end = [this.sourceToken];
        if (this.type === 'newline')
          yield* this.pop();
    }
  }
}
exports.Parser = Parser;
 }),
 84047:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var composer = __webpack_require__(89984);
var Document = __webpack_require__(3021);
var errors = __webpack_require__(91464);
var log = __webpack_require__(57249);
var identity = __webpack_require__(41127);
var lineCounter = __webpack_require__(66628);
var parser = __webpack_require__(3456);
function parseOptions(options) {
  const prettyErrors = options.prettyErrors !== false;
  const lineCounter$1 = options.lineCounter || (prettyErrors && new lineCounter.LineCounter()) || null;
  return { lineCounter: lineCounter$1, prettyErrors };
}
function parseAllDocuments(source, options = {}) {
  const { lineCounter, prettyErrors } = parseOptions(options);
  const parser$1 = new parser.Parser(lineCounter?.addNewLine);
  const composer$1 = new composer.Composer(options);
  const docs = Array.from(composer$1.compose(parser$1.parse(source)));
  if (prettyErrors && lineCounter)
    for (const doc of docs) {
      doc.errors.forEach(errors.prettifyError(source, lineCounter));
      doc.warnings.forEach(errors.prettifyError(source, lineCounter));
    }
  if (docs.length > 0)
    return docs;
  return Object.assign([], { empty: true }, composer$1.streamInfo());
}
function parseDocument(source, options = {}) {
  const { lineCounter, prettyErrors } = parseOptions(options);
  const parser$1 = new parser.Parser(lineCounter?.addNewLine);
  const composer$1 = new composer.Composer(options);
  let doc = null;
  for (const _doc of composer$1.compose(parser$1.parse(source), true, source.length)) {
    if (!doc)
      doc = _doc;
    else if (doc.options.logLevel !== 'silent') {
      doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), 'MULTIPLE_DOCS', 'Source contains multiple documents; please use YAML.parseAllDocuments()'));
      break;
    }
  }
  if (prettyErrors && lineCounter) {
    doc.errors.forEach(errors.prettifyError(source, lineCounter));
    doc.warnings.forEach(errors.prettifyError(source, lineCounter));
  }
  return doc;
}
function parse(src, reviver, options) {
  let _reviver = undefined;
  if (typeof reviver === 'function') {
    _reviver = reviver;
  }
  else if (options === undefined && reviver && typeof reviver === 'object') {
    options = reviver;
  }
  const doc = parseDocument(src, options);
  if (!doc)
    return null;
  doc.warnings.forEach(warning => log.warn(doc.options.logLevel, warning));
  if (doc.errors.length > 0) {
    if (doc.options.logLevel !== 'silent')
      throw doc.errors[0];
    else
      doc.errors = [];
  }
  return doc.toJS(Object.assign({ reviver: _reviver }, options));
}
function stringify(value, replacer, options) {
  let _replacer = null;
  if (typeof replacer === 'function' || Array.isArray(replacer)) {
    _replacer = replacer;
  }
  else if (options === undefined && replacer) {
    options = replacer;
  }
  if (typeof options === 'string')
    options = options.length;
  if (typeof options === 'number') {
    const indent = Math.round(options);
    options = indent < 1 ? undefined : indent > 8 ? { indent: 8 } : { indent };
  }
  if (value === undefined) {
    const { keepUndefined } = options ?? replacer ?? {};
    if (!keepUndefined)
      return undefined;
  }
  if (identity.isDocument(value) && !_replacer)
    return value.toString(options);
  return new Document.Document(value, _replacer, options).toString(options);
}
exports.parse = parse;
exports.parseAllDocuments = parseAllDocuments;
exports.parseDocument = parseDocument;
exports.stringify = stringify;
 }),
 45840:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var map = __webpack_require__(47451);
var seq = __webpack_require__(1706);
var string = __webpack_require__(66464);
var tags = __webpack_require__(90018);
const sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
class Schema {
  constructor({ compat, customTags, merge, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
    this.compat = Array.isArray(compat)
      ? tags.getTags(compat, 'compat')
      : compat
        ? tags.getTags(null, compat)
        : null;
    this.name = (typeof schema === 'string' && schema) || 'core';
    this.knownTags = resolveKnownTags ? tags.coreKnownTags : {};
    this.tags = tags.getTags(customTags, this.name, merge);
    this.toStringOptions = toStringDefaults ?? null;
    Object.defineProperty(this, identity.MAP, { value: map.map });
    Object.defineProperty(this, identity.SCALAR, { value: string.string });
    Object.defineProperty(this, identity.SEQ, { value: seq.seq });
    this.sortMapEntries =
      typeof sortMapEntries === 'function'
        ? sortMapEntries
        : sortMapEntries === true
          ? sortMapEntriesByKey
          : null;
  }
  clone() {
    const copy = Object.create(Schema.prototype, Object.getOwnPropertyDescriptors(this));
    copy.tags = this.tags.slice();
    return copy;
  }
}
exports.Schema = Schema;
 }),
 47451:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var YAMLMap = __webpack_require__(84454);
const map = {
  collection: 'map',
  default: true,
  nodeClass: YAMLMap.YAMLMap,
  tag: 'tag:yaml.org,2002:map',
  resolve(map, onError) {
    if (!identity.isMap(map))
      onError('Expected a mapping for this tag');
    return map;
  },
  createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
};
exports.map = map;
 }),
 73632:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
const nullTag = {
  identify: value => value == null,
  createNode: () => new Scalar.Scalar(null),
  default: true,
  tag: 'tag:yaml.org,2002:null',
  test: /^(?:~|[Nn]ull|NULL)?$/,
  resolve: () => new Scalar.Scalar(null),
  stringify: ({ source }, ctx) => typeof source === 'string' && nullTag.test.test(source)
    ? source
    : ctx.options.nullStr
};
exports.nullTag = nullTag;
 }),
 1706:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var YAMLSeq = __webpack_require__(92223);
const seq = {
  collection: 'seq',
  default: true,
  nodeClass: YAMLSeq.YAMLSeq,
  tag: 'tag:yaml.org,2002:seq',
  resolve(seq, onError) {
    if (!identity.isSeq(seq))
      onError('Expected a sequence for this tag');
    return seq;
  },
  createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
};
exports.seq = seq;
 }),
 66464:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var stringifyString = __webpack_require__(83069);
const string = {
  identify: value => typeof value === 'string',
  default: true,
  tag: 'tag:yaml.org,2002:str',
  resolve: str => str,
  stringify(item, ctx, onComment, onChompKeep) {
    ctx = Object.assign({ actualString: true }, ctx);
    return stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
  }
};
exports.string = string;
 }),
 73959:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
const boolTag = {
  identify: value => typeof value === 'boolean',
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
  resolve: str => new Scalar.Scalar(str[0] === 't' || str[0] === 'T'),
  stringify({ source, value }, ctx) {
    if (source && boolTag.test.test(source)) {
      const sv = source[0] === 't' || source[0] === 'T';
      if (value === sv)
        return source;
    }
    return value ? ctx.options.trueStr : ctx.options.falseStr;
  }
};
exports.boolTag = boolTag;
 }),
 38405:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
var stringifyNumber = __webpack_require__(28689);
const floatNaN = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
  resolve: str => str.slice(-3).toLowerCase() === 'nan'
    ? NaN
    : str[0] === '-'
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY,
  stringify: stringifyNumber.stringifyNumber
};
const floatExp = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  format: 'EXP',
  test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
  resolve: str => parseFloat(str),
  stringify(node) {
    const num = Number(node.value);
    return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
  }
};
const float = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
  resolve(str) {
    const node = new Scalar.Scalar(parseFloat(str));
    const dot = str.indexOf('.');
    if (dot !== -1 && str[str.length - 1] === '0')
      node.minFractionDigits = str.length - dot - 1;
    return node;
  },
  stringify: stringifyNumber.stringifyNumber
};
exports.float = float;
exports.floatExp = floatExp;
exports.floatNaN = floatNaN;
 }),
 59874:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var stringifyNumber = __webpack_require__(28689);
const intIdentify = (value) => typeof value === 'bigint' || Number.isInteger(value);
const intResolve = (str, offset, radix, { intAsBigInt }) => (intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix));
function intStringify(node, radix, prefix) {
  const { value } = node;
  if (intIdentify(value) && value >= 0)
    return prefix + value.toString(radix);
  return stringifyNumber.stringifyNumber(node);
}
const intOct = {
  identify: value => intIdentify(value) && value >= 0,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'OCT',
  test: /^0o[0-7]+$/,
  resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
  stringify: node => intStringify(node, 8, '0o')
};
const int = {
  identify: intIdentify,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+]?[0-9]+$/,
  resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
  stringify: stringifyNumber.stringifyNumber
};
const intHex = {
  identify: value => intIdentify(value) && value >= 0,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'HEX',
  test: /^0x[0-9a-fA-F]+$/,
  resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
  stringify: node => intStringify(node, 16, '0x')
};
exports.int = int;
exports.intHex = intHex;
exports.intOct = intOct;
 }),
 70896:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var map = __webpack_require__(47451);
var _null = __webpack_require__(73632);
var seq = __webpack_require__(1706);
var string = __webpack_require__(66464);
var bool = __webpack_require__(73959);
var float = __webpack_require__(38405);
var int = __webpack_require__(59874);
const schema = [
  map.map,
  seq.seq,
  string.string,
  _null.nullTag,
  bool.boolTag,
  int.intOct,
  int.int,
  int.intHex,
  float.floatNaN,
  float.floatExp,
  float.float
];
exports.schema = schema;
 }),
 33559:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
var map = __webpack_require__(47451);
var seq = __webpack_require__(1706);
function intIdentify(value) {
  return typeof value === 'bigint' || Number.isInteger(value);
}
const stringifyJSON = ({ value }) => JSON.stringify(value);
const jsonScalars = [
  {
    identify: value => typeof value === 'string',
    default: true,
    tag: 'tag:yaml.org,2002:str',
    resolve: str => str,
    stringify: stringifyJSON
  },
  {
    identify: value => value == null,
    createNode: () => new Scalar.Scalar(null),
    default: true,
    tag: 'tag:yaml.org,2002:null',
    test: /^null$/,
    resolve: () => null,
    stringify: stringifyJSON
  },
  {
    identify: value => typeof value === 'boolean',
    default: true,
    tag: 'tag:yaml.org,2002:bool',
    test: /^true$|^false$/,
    resolve: str => str === 'true',
    stringify: stringifyJSON
  },
  {
    identify: intIdentify,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    test: /^-?(?:0|[1-9][0-9]*)$/,
    resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
    stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
  },
  {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
    resolve: str => parseFloat(str),
    stringify: stringifyJSON
  }
];
const jsonError = {
  default: true,
  tag: '',
  test: /^/,
  resolve(str, onError) {
    onError(`Unresolved plain scalar ${JSON.stringify(str)}`);
    return str;
  }
};
const schema = [map.map, seq.seq].concat(jsonScalars, jsonError);
exports.schema = schema;
 }),
 90018:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var map = __webpack_require__(47451);
var _null = __webpack_require__(73632);
var seq = __webpack_require__(1706);
var string = __webpack_require__(66464);
var bool = __webpack_require__(73959);
var float = __webpack_require__(38405);
var int = __webpack_require__(59874);
var schema = __webpack_require__(70896);
var schema$1 = __webpack_require__(33559);
var binary = __webpack_require__(56083);
var merge = __webpack_require__(90452);
var omap = __webpack_require__(50303);
var pairs = __webpack_require__(18385);
var schema$2 = __webpack_require__(35913);
var set = __webpack_require__(81528);
var timestamp = __webpack_require__(46752);
const schemas = new Map([
  ['core', schema.schema],
  ['failsafe', [map.map, seq.seq, string.string]],
  ['json', schema$1.schema],
  ['yaml11', schema$2.schema],
  ['yaml-1.1', schema$2.schema]
]);
const tagsByName = {
  binary: binary.binary,
  bool: bool.boolTag,
  float: float.float,
  floatExp: float.floatExp,
  floatNaN: float.floatNaN,
  floatTime: timestamp.floatTime,
  int: int.int,
  intHex: int.intHex,
  intOct: int.intOct,
  intTime: timestamp.intTime,
  map: map.map,
  merge: merge.merge,
  null: _null.nullTag,
  omap: omap.omap,
  pairs: pairs.pairs,
  seq: seq.seq,
  set: set.set,
  timestamp: timestamp.timestamp
};
const coreKnownTags = {
  'tag:yaml.org,2002:binary': binary.binary,
  'tag:yaml.org,2002:merge': merge.merge,
  'tag:yaml.org,2002:omap': omap.omap,
  'tag:yaml.org,2002:pairs': pairs.pairs,
  'tag:yaml.org,2002:set': set.set,
  'tag:yaml.org,2002:timestamp': timestamp.timestamp
};
function getTags(customTags, schemaName, addMergeTag) {
  const schemaTags = schemas.get(schemaName);
  if (schemaTags && !customTags) {
    return addMergeTag && !schemaTags.includes(merge.merge)
      ? schemaTags.concat(merge.merge)
      : schemaTags.slice();
  }
  let tags = schemaTags;
  if (!tags) {
    if (Array.isArray(customTags))
      tags = [];
    else {
      const keys = Array.from(schemas.keys())
        .filter(key => key !== 'yaml11')
        .map(key => JSON.stringify(key))
        .join(', ');
      throw new Error(`Unknown schema "${schemaName}"; use one of ${keys} or define customTags array`);
    }
  }
  if (Array.isArray(customTags)) {
    for (const tag of customTags)
      tags = tags.concat(tag);
  }
  else if (typeof customTags === 'function') {
    tags = customTags(tags.slice());
  }
  if (addMergeTag)
    tags = tags.concat(merge.merge);
  return tags.reduce((tags, tag) => {
    const tagObj = typeof tag === 'string' ? tagsByName[tag] : tag;
    if (!tagObj) {
      const tagName = JSON.stringify(tag);
      const keys = Object.keys(tagsByName)
        .map(key => JSON.stringify(key))
        .join(', ');
      throw new Error(`Unknown custom tag ${tagName}; use one of ${keys}`);
    }
    if (!tags.includes(tagObj))
      tags.push(tagObj);
    return tags;
  }, []);
}
exports.coreKnownTags = coreKnownTags;
exports.getTags = getTags;
 }),
 56083:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var node_buffer = __webpack_require__(20181);
var Scalar = __webpack_require__(63301);
var stringifyString = __webpack_require__(83069);
const binary = {
  identify: value => value instanceof Uint8Array,
  default: false,
  tag: 'tag:yaml.org,2002:binary',
  resolve(src, onError) {
    if (typeof node_buffer.Buffer === 'function') {
      return node_buffer.Buffer.from(src, 'base64');
    }
    else if (typeof atob === 'function') {
      const str = atob(src.replace(/[\n\r]/g, ''));
      const buffer = new Uint8Array(str.length);
      for (let i = 0; i < str.length; ++i)
        buffer[i] = str.charCodeAt(i);
      return buffer;
    }
    else {
      onError('This environment does not support reading binary tags; either Buffer or atob is required');
      return src;
    }
  },
  stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
    if (!value)
      return '';
    const buf = value;
    let str;
    if (typeof node_buffer.Buffer === 'function') {
      str =
        buf instanceof node_buffer.Buffer
          ? buf.toString('base64')
          : node_buffer.Buffer.from(buf.buffer).toString('base64');
    }
    else if (typeof btoa === 'function') {
      let s = '';
      for (let i = 0; i < buf.length; ++i)
        s += String.fromCharCode(buf[i]);
      str = btoa(s);
    }
    else {
      throw new Error('This environment does not support writing binary tags; either Buffer or btoa is required');
    }
    type ?? (type = Scalar.Scalar.BLOCK_LITERAL);
    if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
      const lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth);
      const n = Math.ceil(str.length / lineWidth);
      const lines = new Array(n);
      for (let i = 0, o = 0; i < n; ++i, o += lineWidth) {
        lines[i] = str.substr(o, lineWidth);
      }
      str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? '\n' : ' ');
    }
    return stringifyString.stringifyString({ comment, type, value: str }, ctx, onComment, onChompKeep);
  }
};
exports.binary = binary;
 }),
 88398:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
function boolStringify({ value, source }, ctx) {
  const boolObj = value ? trueTag : falseTag;
  if (source && boolObj.test.test(source))
    return source;
  return value ? ctx.options.trueStr : ctx.options.falseStr;
}
const trueTag = {
  identify: value => value === true,
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
  resolve: () => new Scalar.Scalar(true),
  stringify: boolStringify
};
const falseTag = {
  identify: value => value === false,
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
  resolve: () => new Scalar.Scalar(false),
  stringify: boolStringify
};
exports.falseTag = falseTag;
exports.trueTag = trueTag;
 }),
 35782:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
var stringifyNumber = __webpack_require__(28689);
const floatNaN = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
  resolve: (str) => str.slice(-3).toLowerCase() === 'nan'
    ? NaN
    : str[0] === '-'
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY,
  stringify: stringifyNumber.stringifyNumber
};
const floatExp = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  format: 'EXP',
  test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
  resolve: (str) => parseFloat(str.replace(/_/g, '')),
  stringify(node) {
    const num = Number(node.value);
    return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
  }
};
const float = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
  resolve(str) {
    const node = new Scalar.Scalar(parseFloat(str.replace(/_/g, '')));
    const dot = str.indexOf('.');
    if (dot !== -1) {
      const f = str.substring(dot + 1).replace(/_/g, '');
      if (f[f.length - 1] === '0')
        node.minFractionDigits = f.length;
    }
    return node;
  },
  stringify: stringifyNumber.stringifyNumber
};
exports.float = float;
exports.floatExp = floatExp;
exports.floatNaN = floatNaN;
 }),
 10873:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var stringifyNumber = __webpack_require__(28689);
const intIdentify = (value) => typeof value === 'bigint' || Number.isInteger(value);
function intResolve(str, offset, radix, { intAsBigInt }) {
  const sign = str[0];
  if (sign === '-' || sign === '+')
    offset += 1;
  str = str.substring(offset).replace(/_/g, '');
  if (intAsBigInt) {
    switch (radix) {
      case 2:
        str = `0b${str}`;
        break;
      case 8:
        str = `0o${str}`;
        break;
      case 16:
        str = `0x${str}`;
        break;
    }
    const n = BigInt(str);
    return sign === '-' ? BigInt(-1) * n : n;
  }
  const n = parseInt(str, radix);
  return sign === '-' ? -1 * n : n;
}
function intStringify(node, radix, prefix) {
  const { value } = node;
  if (intIdentify(value)) {
    const str = value.toString(radix);
    return value < 0 ? '-' + prefix + str.substr(1) : prefix + str;
  }
  return stringifyNumber.stringifyNumber(node);
}
const intBin = {
  identify: intIdentify,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'BIN',
  test: /^[-+]?0b[0-1_]+$/,
  resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
  stringify: node => intStringify(node, 2, '0b')
};
const intOct = {
  identify: intIdentify,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'OCT',
  test: /^[-+]?0[0-7_]+$/,
  resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
  stringify: node => intStringify(node, 8, '0')
};
const int = {
  identify: intIdentify,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+]?[0-9][0-9_]*$/,
  resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
  stringify: stringifyNumber.stringifyNumber
};
const intHex = {
  identify: intIdentify,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'HEX',
  test: /^[-+]?0x[0-9a-fA-F_]+$/,
  resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
  stringify: node => intStringify(node, 16, '0x')
};
exports.int = int;
exports.intBin = intBin;
exports.intHex = intHex;
exports.intOct = intOct;
 }),
 90452:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Scalar = __webpack_require__(63301);
const MERGE_KEY = '<<';
const merge = {
  identify: value => value === MERGE_KEY ||
    (typeof value === 'symbol' && value.description === MERGE_KEY),
  default: 'key',
  tag: 'tag:yaml.org,2002:merge',
  test: /^<<$/,
  resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), {
    addToJSMap: addMergeToJSMap
  }),
  stringify: () => MERGE_KEY
};
const isMergeKey = (ctx, key) => (merge.identify(key) ||
  (identity.isScalar(key) &&
    (!key.type || key.type === Scalar.Scalar.PLAIN) &&
    merge.identify(key.value))) &&
  ctx?.doc.schema.tags.some(tag => tag.tag === merge.tag && tag.default);
function addMergeToJSMap(ctx, map, value) {
  const source = resolveAliasValue(ctx, value);
  if (identity.isSeq(source))
    for (const it of source.items)
      mergeValue(ctx, map, it);
  else if (Array.isArray(source))
    for (const it of source)
      mergeValue(ctx, map, it);
  else
    mergeValue(ctx, map, source);
}
function mergeValue(ctx, map, value) {
  const source = resolveAliasValue(ctx, value);
  if (!identity.isMap(source))
    throw new Error('Merge sources must be maps or map aliases');
  const srcMap = source.toJSON(null, ctx, Map);
  for (const [key, value] of srcMap) {
    if (map instanceof Map) {
      if (!map.has(key))
        map.set(key, value);
    }
    else if (map instanceof Set) {
      map.add(key);
    }
    else if (!Object.prototype.hasOwnProperty.call(map, key)) {
      Object.defineProperty(map, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true
      });
    }
  }
  return map;
}
function resolveAliasValue(ctx, value) {
  return ctx && identity.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
}
exports.addMergeToJSMap = addMergeToJSMap;
exports.isMergeKey = isMergeKey;
exports.merge = merge;
 }),
 50303:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var toJS = __webpack_require__(74043);
var YAMLMap = __webpack_require__(84454);
var YAMLSeq = __webpack_require__(92223);
var pairs = __webpack_require__(18385);
class YAMLOMap extends YAMLSeq.YAMLSeq {
  constructor() {
    super();
    this.add = YAMLMap.YAMLMap.prototype.add.bind(this);
    this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this);
    this.get = YAMLMap.YAMLMap.prototype.get.bind(this);
    this.has = YAMLMap.YAMLMap.prototype.has.bind(this);
    this.set = YAMLMap.YAMLMap.prototype.set.bind(this);
    this.tag = YAMLOMap.tag;
  }
  toJSON(_, ctx) {
    if (!ctx)
      return super.toJSON(_);
    const map = new Map();
    if (ctx?.onCreate)
      ctx.onCreate(map);
    for (const pair of this.items) {
      let key, value;
      if (identity.isPair(pair)) {
        key = toJS.toJS(pair.key, '', ctx);
        value = toJS.toJS(pair.value, key, ctx);
      }
      else {
        key = toJS.toJS(pair, '', ctx);
      }
      if (map.has(key))
        throw new Error('Ordered maps must not include duplicate keys');
      map.set(key, value);
    }
    return map;
  }
  static from(schema, iterable, ctx) {
    const pairs$1 = pairs.createPairs(schema, iterable, ctx);
    const omap = new this();
    omap.items = pairs$1.items;
    return omap;
  }
}
YAMLOMap.tag = 'tag:yaml.org,2002:omap';
const omap = {
  collection: 'seq',
  identify: value => value instanceof Map,
  nodeClass: YAMLOMap,
  default: false,
  tag: 'tag:yaml.org,2002:omap',
  resolve(seq, onError) {
    const pairs$1 = pairs.resolvePairs(seq, onError);
    const seenKeys = [];
    for (const { key } of pairs$1.items) {
      if (identity.isScalar(key)) {
        if (seenKeys.includes(key.value)) {
          onError(`Ordered maps must not include duplicate keys: ${key.value}`);
        }
        else {
          seenKeys.push(key.value);
        }
      }
    }
    return Object.assign(new YAMLOMap(), pairs$1);
  },
  createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
};
exports.YAMLOMap = YAMLOMap;
exports.omap = omap;
 }),
 18385:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Pair = __webpack_require__(57165);
var Scalar = __webpack_require__(63301);
var YAMLSeq = __webpack_require__(92223);
function resolvePairs(seq, onError) {
  if (identity.isSeq(seq)) {
    for (let i = 0; i < seq.items.length; ++i) {
      let item = seq.items[i];
      if (identity.isPair(item))
        continue;
      else if (identity.isMap(item)) {
        if (item.items.length > 1)
          onError('Each pair must have its own sequence indicator');
        const pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
        if (item.commentBefore)
          pair.key.commentBefore = pair.key.commentBefore
            ? `${item.commentBefore}\n${pair.key.commentBefore}`
            : item.commentBefore;
        if (item.comment) {
          const cn = pair.value ?? pair.key;
          cn.comment = cn.comment
            ? `${item.comment}\n${cn.comment}`
            : item.comment;
        }
        item = pair;
      }
      seq.items[i] = identity.isPair(item) ? item : new Pair.Pair(item);
    }
  }
  else
    onError('Expected a sequence for this tag');
  return seq;
}
function createPairs(schema, iterable, ctx) {
  const { replacer } = ctx;
  const pairs = new YAMLSeq.YAMLSeq(schema);
  pairs.tag = 'tag:yaml.org,2002:pairs';
  let i = 0;
  if (iterable && Symbol.iterator in Object(iterable))
    for (let it of iterable) {
      if (typeof replacer === 'function')
        it = replacer.call(iterable, String(i++), it);
      let key, value;
      if (Array.isArray(it)) {
        if (it.length === 2) {
          key = it[0];
          value = it[1];
        }
        else
          throw new TypeError(`Expected [key, value] tuple: ${it}`);
      }
      else if (it && it instanceof Object) {
        const keys = Object.keys(it);
        if (keys.length === 1) {
          key = keys[0];
          value = it[key];
        }
        else {
          throw new TypeError(`Expected tuple with one key, not ${keys.length} keys`);
        }
      }
      else {
        key = it;
      }
      pairs.items.push(Pair.createPair(key, value, ctx));
    }
  return pairs;
}
const pairs = {
  collection: 'seq',
  default: false,
  tag: 'tag:yaml.org,2002:pairs',
  resolve: resolvePairs,
  createNode: createPairs
};
exports.createPairs = createPairs;
exports.pairs = pairs;
exports.resolvePairs = resolvePairs;
 }),
 35913:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var map = __webpack_require__(47451);
var _null = __webpack_require__(73632);
var seq = __webpack_require__(1706);
var string = __webpack_require__(66464);
var binary = __webpack_require__(56083);
var bool = __webpack_require__(88398);
var float = __webpack_require__(35782);
var int = __webpack_require__(10873);
var merge = __webpack_require__(90452);
var omap = __webpack_require__(50303);
var pairs = __webpack_require__(18385);
var set = __webpack_require__(81528);
var timestamp = __webpack_require__(46752);
const schema = [
  map.map,
  seq.seq,
  string.string,
  _null.nullTag,
  bool.trueTag,
  bool.falseTag,
  int.intBin,
  int.intOct,
  int.int,
  int.intHex,
  float.floatNaN,
  float.floatExp,
  float.float,
  binary.binary,
  merge.merge,
  omap.omap,
  pairs.pairs,
  set.set,
  timestamp.intTime,
  timestamp.floatTime,
  timestamp.timestamp
];
exports.schema = schema;
 }),
 81528:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Pair = __webpack_require__(57165);
var YAMLMap = __webpack_require__(84454);
class YAMLSet extends YAMLMap.YAMLMap {
  constructor(schema) {
    super(schema);
    this.tag = YAMLSet.tag;
  }
  add(key) {
    let pair;
    if (identity.isPair(key))
      pair = key;
    else if (key &&
      typeof key === 'object' &&
      'key' in key &&
      'value' in key &&
      key.value === null)
      pair = new Pair.Pair(key.key, null);
    else
      pair = new Pair.Pair(key, null);
    const prev = YAMLMap.findPair(this.items, pair.key);
    if (!prev)
      this.items.push(pair);
  }
  get(key, keepPair) {
    const pair = YAMLMap.findPair(this.items, key);
    return !keepPair && identity.isPair(pair)
      ? identity.isScalar(pair.key)
        ? pair.key.value
        : pair.key
      : pair;
  }
  set(key, value) {
    if (typeof value !== 'boolean')
      throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
    const prev = YAMLMap.findPair(this.items, key);
    if (prev && !value) {
      this.items.splice(this.items.indexOf(prev), 1);
    }
    else if (!prev && value) {
      this.items.push(new Pair.Pair(key));
    }
  }
  toJSON(_, ctx) {
    return super.toJSON(_, ctx, Set);
  }
  toString(ctx, onComment, onChompKeep) {
    if (!ctx)
      return JSON.stringify(this);
    if (this.hasAllNullValues(true))
      return super.toString(Object.assign({}, ctx, { allNullValues: true }), onComment, onChompKeep);
    else
      throw new Error('Set items must all have null values');
  }
  static from(schema, iterable, ctx) {
    const { replacer } = ctx;
    const set = new this(schema);
    if (iterable && Symbol.iterator in Object(iterable))
      for (let value of iterable) {
        if (typeof replacer === 'function')
          value = replacer.call(iterable, value, value);
        set.items.push(Pair.createPair(value, null, ctx));
      }
    return set;
  }
}
YAMLSet.tag = 'tag:yaml.org,2002:set';
const set = {
  collection: 'map',
  identify: value => value instanceof Set,
  nodeClass: YAMLSet,
  default: false,
  tag: 'tag:yaml.org,2002:set',
  createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
  resolve(map, onError) {
    if (identity.isMap(map)) {
      if (map.hasAllNullValues(true))
        return Object.assign(new YAMLSet(), map);
      else
        onError('Set items must all have null values');
    }
    else
      onError('Expected a mapping for this tag');
    return map;
  }
};
exports.YAMLSet = YAMLSet;
exports.set = set;
 }),
 46752:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var stringifyNumber = __webpack_require__(28689);
function parseSexagesimal(str, asBigInt) {
  const sign = str[0];
  const parts = sign === '-' || sign === '+' ? str.substring(1) : str;
  const num = (n) => asBigInt ? BigInt(n) : Number(n);
  const res = parts
    .replace(/_/g, '')
    .split(':')
    .reduce((res, p) => res * num(60) + num(p), num(0));
  return (sign === '-' ? num(-1) * res : res);
}
function stringifySexagesimal(node) {
  let { value } = node;
  let num = (n) => n;
  if (typeof value === 'bigint')
    num = n => BigInt(n);
  else if (isNaN(value) || !isFinite(value))
    return stringifyNumber.stringifyNumber(node);
  let sign = '';
  if (value < 0) {
    sign = '-';
    value *= num(-1);
  }
  const _60 = num(60);
  const parts = [value % _60];
  if (value < 60) {
    parts.unshift(0);
  }
  else {
    value = (value - parts[0]) / _60;
    parts.unshift(value % _60);
    if (value >= 60) {
      value = (value - parts[0]) / _60;
      parts.unshift(value);
    }
  }
  return (sign +
    parts
      .map(n => String(n).padStart(2, '0'))
      .join(':')
      .replace(/000000\d*$/, '')
  );
}
const intTime = {
  identify: value => typeof value === 'bigint' || Number.isInteger(value),
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'TIME',
  test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
  resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
  stringify: stringifySexagesimal
};
const floatTime = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  format: 'TIME',
  test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
  resolve: str => parseSexagesimal(str, false),
  stringify: stringifySexagesimal
};
const timestamp = {
  identify: value => value instanceof Date,
  default: true,
  tag: 'tag:yaml.org,2002:timestamp',
  test: RegExp('^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})' +
    '(?:' +
    '(?:t|T|[ \\t]+)' +
    '([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)' +
    '(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?' +
    ')?$'),
  resolve(str) {
    const match = str.match(timestamp.test);
    if (!match)
      throw new Error('!!timestamp expects a date, starting with yyyy-mm-dd');
    const [, year, month, day, hour, minute, second] = match.map(Number);
    const millisec = match[7] ? Number((match[7] + '00').substr(1, 3)) : 0;
    let date = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0, millisec);
    const tz = match[8];
    if (tz && tz !== 'Z') {
      let d = parseSexagesimal(tz, false);
      if (Math.abs(d) < 30)
        d *= 60;
      date -= 60000 * d;
    }
    return new Date(date);
  },
  stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, '') ?? ''
};
exports.floatTime = floatTime;
exports.intTime = intTime;
exports.timestamp = timestamp;
 }),
 34475:
 ((__unused_webpack_module, exports) => {
const FOLD_FLOW = 'flow';
const FOLD_BLOCK = 'block';
const FOLD_QUOTED = 'quoted';
function foldFlowLines(text, indent, mode = 'flow', { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
  if (!lineWidth || lineWidth < 0)
    return text;
  if (lineWidth < minContentWidth)
    minContentWidth = 0;
  const endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
  if (text.length <= endStep)
    return text;
  const folds = [];
  const escapedFolds = {};
  let end = lineWidth - indent.length;
  if (typeof indentAtStart === 'number') {
    if (indentAtStart > lineWidth - Math.max(2, minContentWidth))
      folds.push(0);
    else
      end = lineWidth - indentAtStart;
  }
  let split = undefined;
  let prev = undefined;
  let overflow = false;
  let i = -1;
  let escStart = -1;
  let escEnd = -1;
  if (mode === FOLD_BLOCK) {
    i = consumeMoreIndentedLines(text, i, indent.length);
    if (i !== -1)
      end = i + endStep;
  }
  for (let ch; (ch = text[(i += 1)]);) {
    if (mode === FOLD_QUOTED && ch === '\\') {
      escStart = i;
      switch (text[i + 1]) {
        case 'x':
          i += 3;
          break;
        case 'u':
          i += 5;
          break;
        case 'U':
          i += 9;
          break;
        default:
          i += 1;
      }
      escEnd = i;
    }
    if (ch === '\n') {
      if (mode === FOLD_BLOCK)
        i = consumeMoreIndentedLines(text, i, indent.length);
      end = i + indent.length + endStep;
      split = undefined;
    }
    else {
      if (ch === ' ' &&
        prev &&
        prev !== ' ' &&
        prev !== '\n' &&
        prev !== '\t') {
        const next = text[i + 1];
        if (next && next !== ' ' && next !== '\n' && next !== '\t')
          split = i;
      }
      if (i >= end) {
        if (split) {
          folds.push(split);
          end = split + endStep;
          split = undefined;
        }
        else if (mode === FOLD_QUOTED) {
          while (prev === ' ' || prev === '\t') {
            prev = ch;
            ch = text[(i += 1)];
            overflow = true;
          }
          const j = i > escEnd + 1 ? i - 2 : escStart - 1;
          if (escapedFolds[j])
            return text;
          folds.push(j);
          escapedFolds[j] = true;
          end = j + endStep;
          split = undefined;
        }
        else {
          overflow = true;
        }
      }
    }
    prev = ch;
  }
  if (overflow && onOverflow)
    onOverflow();
  if (folds.length === 0)
    return text;
  if (onFold)
    onFold();
  let res = text.slice(0, folds[0]);
  for (let i = 0; i < folds.length; ++i) {
    const fold = folds[i];
    const end = folds[i + 1] || text.length;
    if (fold === 0)
      res = `\n${indent}${text.slice(0, end)}`;
    else {
      if (mode === FOLD_QUOTED && escapedFolds[fold])
        res += `${text[fold]}\\`;
      res += `\n${indent}${text.slice(fold + 1, end)}`;
    }
  }
  return res;
}
function consumeMoreIndentedLines(text, i, indent) {
  let end = i;
  let start = i + 1;
  let ch = text[start];
  while (ch === ' ' || ch === '\t') {
    if (i < start + indent) {
      ch = text[++i];
    }
    else {
      do {
        ch = text[++i];
      } while (ch && ch !== '\n');
      end = i;
      start = i + 1;
      ch = text[start];
    }
  }
  return end;
}
exports.FOLD_BLOCK = FOLD_BLOCK;
exports.FOLD_FLOW = FOLD_FLOW;
exports.FOLD_QUOTED = FOLD_QUOTED;
exports.foldFlowLines = foldFlowLines;
 }),
 2148:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var anchors = __webpack_require__(71596);
var identity = __webpack_require__(41127);
var stringifyComment = __webpack_require__(59799);
var stringifyString = __webpack_require__(83069);
function createStringifyContext(doc, options) {
  const opt = Object.assign({
    blockQuote: true,
    commentString: stringifyComment.stringifyComment,
    defaultKeyType: null,
    defaultStringType: 'PLAIN',
    directives: null,
    doubleQuotedAsJSON: false,
    doubleQuotedMinMultiLineLength: 40,
    falseStr: 'false',
    flowCollectionPadding: true,
    indentSeq: true,
    lineWidth: 80,
    minContentWidth: 20,
    nullStr: 'null',
    simpleKeys: false,
    singleQuote: null,
    trailingComma: false,
    trueStr: 'true',
    verifyAliasOrder: true
  }, doc.schema.toStringOptions, options);
  let inFlow;
  switch (opt.collectionStyle) {
    case 'block':
      inFlow = false;
      break;
    case 'flow':
      inFlow = true;
      break;
    default:
      inFlow = null;
  }
  return {
    anchors: new Set(),
    doc,
    flowCollectionPadding: opt.flowCollectionPadding ? ' ' : '',
    indent: '',
    indentStep: typeof opt.indent === 'number' ? ' '.repeat(opt.indent) : '  ',
    inFlow,
    options: opt
  };
}
function getTagObject(tags, item) {
  if (item.tag) {
    const match = tags.filter(t => t.tag === item.tag);
    if (match.length > 0)
      return match.find(t => t.format === item.format) ?? match[0];
  }
  let tagObj = undefined;
  let obj;
  if (identity.isScalar(item)) {
    obj = item.value;
    let match = tags.filter(t => t.identify?.(obj));
    if (match.length > 1) {
      const testMatch = match.filter(t => t.test);
      if (testMatch.length > 0)
        match = testMatch;
    }
    tagObj =
      match.find(t => t.format === item.format) ?? match.find(t => !t.format);
  }
  else {
    obj = item;
    tagObj = tags.find(t => t.nodeClass && obj instanceof t.nodeClass);
  }
  if (!tagObj) {
    const name = obj?.constructor?.name ?? (obj === null ? 'null' : typeof obj);
    throw new Error(`Tag not resolved for ${name} value`);
  }
  return tagObj;
}
function stringifyProps(node, tagObj, { anchors: anchors$1, doc }) {
  if (!doc.directives)
    return '';
  const props = [];
  const anchor = (identity.isScalar(node) || identity.isCollection(node)) && node.anchor;
  if (anchor && anchors.anchorIsValid(anchor)) {
    anchors$1.add(anchor);
    props.push(`&${anchor}`);
  }
  const tag = node.tag ?? (tagObj.default ? null : tagObj.tag);
  if (tag)
    props.push(doc.directives.tagString(tag));
  return props.join(' ');
}
function stringify(item, ctx, onComment, onChompKeep) {
  if (identity.isPair(item))
    return item.toString(ctx, onComment, onChompKeep);
  if (identity.isAlias(item)) {
    if (ctx.doc.directives)
      return item.toString(ctx);
    if (ctx.resolvedAliases?.has(item)) {
      throw new TypeError(`Cannot stringify circular structure without alias nodes`);
    }
    else {
      if (ctx.resolvedAliases)
        ctx.resolvedAliases.add(item);
      else
        ctx.resolvedAliases = new Set([item]);
      item = item.resolve(ctx.doc);
    }
  }
  let tagObj = undefined;
  const node = identity.isNode(item)
    ? item
    : ctx.doc.createNode(item, { onTagObj: o => (tagObj = o) });
  tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node));
  const props = stringifyProps(node, tagObj, ctx);
  if (props.length > 0)
    ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1;
  const str = typeof tagObj.stringify === 'function'
    ? tagObj.stringify(node, ctx, onComment, onChompKeep)
    : identity.isScalar(node)
      ? stringifyString.stringifyString(node, ctx, onComment, onChompKeep)
      : node.toString(ctx, onComment, onChompKeep);
  if (!props)
    return str;
  return identity.isScalar(node) || str[0] === '{' || str[0] === '['
    ? `${props} ${str}`
    : `${props}\n${ctx.indent}${str}`;
}
exports.createStringifyContext = createStringifyContext;
exports.stringify = stringify;
 }),
 61212:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var stringify = __webpack_require__(2148);
var stringifyComment = __webpack_require__(59799);
function stringifyCollection(collection, ctx, options) {
  const flow = ctx.inFlow ?? collection.flow;
  const stringify = flow ? stringifyFlowCollection : stringifyBlockCollection;
  return stringify(collection, ctx, options);
}
function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
  const { indent, options: { commentString } } = ctx;
  const itemCtx = Object.assign({}, ctx, { indent: itemIndent, type: null });
  let chompKeep = false;
  const lines = [];
  for (let i = 0; i < items.length; ++i) {
    const item = items[i];
    let comment = null;
    if (identity.isNode(item)) {
      if (!chompKeep && item.spaceBefore)
        lines.push('');
      addCommentBefore(ctx, lines, item.commentBefore, chompKeep);
      if (item.comment)
        comment = item.comment;
    }
    else if (identity.isPair(item)) {
      const ik = identity.isNode(item.key) ? item.key : null;
      if (ik) {
        if (!chompKeep && ik.spaceBefore)
          lines.push('');
        addCommentBefore(ctx, lines, ik.commentBefore, chompKeep);
      }
    }
    chompKeep = false;
    let str = stringify.stringify(item, itemCtx, () => (comment = null), () => (chompKeep = true));
    if (comment)
      str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
    if (chompKeep && comment)
      chompKeep = false;
    lines.push(blockItemPrefix + str);
  }
  let str;
  if (lines.length === 0) {
    str = flowChars.start + flowChars.end;
  }
  else {
    str = lines[0];
    for (let i = 1; i < lines.length; ++i) {
      const line = lines[i];
      str += line ? `\n${indent}${line}` : '\n';
    }
  }
  if (comment) {
    str += '\n' + stringifyComment.indentComment(commentString(comment), indent);
    if (onComment)
      onComment();
  }
  else if (chompKeep && onChompKeep)
    onChompKeep();
  return str;
}
function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
  const { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
  itemIndent += indentStep;
  const itemCtx = Object.assign({}, ctx, {
    indent: itemIndent,
    inFlow: true,
    type: null
  });
  let reqNewline = false;
  let linesAtValue = 0;
  const lines = [];
  for (let i = 0; i < items.length; ++i) {
    const item = items[i];
    let comment = null;
    if (identity.isNode(item)) {
      if (item.spaceBefore)
        lines.push('');
      addCommentBefore(ctx, lines, item.commentBefore, false);
      if (item.comment)
        comment = item.comment;
    }
    else if (identity.isPair(item)) {
      const ik = identity.isNode(item.key) ? item.key : null;
      if (ik) {
        if (ik.spaceBefore)
          lines.push('');
        addCommentBefore(ctx, lines, ik.commentBefore, false);
        if (ik.comment)
          reqNewline = true;
      }
      const iv = identity.isNode(item.value) ? item.value : null;
      if (iv) {
        if (iv.comment)
          comment = iv.comment;
        if (iv.commentBefore)
          reqNewline = true;
      }
      else if (item.value == null && ik?.comment) {
        comment = ik.comment;
      }
    }
    if (comment)
      reqNewline = true;
    let str = stringify.stringify(item, itemCtx, () => (comment = null));
    reqNewline || (reqNewline = lines.length > linesAtValue || str.includes('\n'));
    if (i < items.length - 1) {
      str += ',';
    }
    else if (ctx.options.trailingComma) {
      if (ctx.options.lineWidth > 0) {
        reqNewline || (reqNewline = lines.reduce((sum, line) => sum + line.length + 2, 2) +
          (str.length + 2) >
          ctx.options.lineWidth);
      }
      if (reqNewline) {
        str += ',';
      }
    }
    if (comment)
      str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
    lines.push(str);
    linesAtValue = lines.length;
  }
  const { start, end } = flowChars;
  if (lines.length === 0) {
    return start + end;
  }
  else {
    if (!reqNewline) {
      const len = lines.reduce((sum, line) => sum + line.length + 2, 2);
      reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
    }
    if (reqNewline) {
      let str = start;
      for (const line of lines)
        str += line ? `\n${indentStep}${indent}${line}` : '\n';
      return `${str}\n${indent}${end}`;
    }
    else {
      return `${start}${fcPadding}${lines.join(' ')}${fcPadding}${end}`;
    }
  }
}
function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
  if (comment && chompKeep)
    comment = comment.replace(/^\n+/, '');
  if (comment) {
    const ic = stringifyComment.indentComment(commentString(comment), indent);
    lines.push(ic.trimStart());
  }
}
exports.stringifyCollection = stringifyCollection;
 }),
 59799:
 ((__unused_webpack_module, exports) => {
const stringifyComment = (str) => str.replace(/^(?!$)(?: $)?/gm, '#');
function indentComment(comment, indent) {
  if (/^\n+$/.test(comment))
    return comment.substring(1);
  return indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
}
const lineComment = (str, indent, comment) => str.endsWith('\n')
  ? indentComment(comment, indent)
  : comment.includes('\n')
    ? '\n' + indentComment(comment, indent)
    : (str.endsWith(' ') ? '' : ' ') + comment;
exports.indentComment = indentComment;
exports.lineComment = lineComment;
exports.stringifyComment = stringifyComment;
 }),
 6829:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var stringify = __webpack_require__(2148);
var stringifyComment = __webpack_require__(59799);
function stringifyDocument(doc, options) {
  const lines = [];
  let hasDirectives = options.directives === true;
  if (options.directives !== false && doc.directives) {
    const dir = doc.directives.toString(doc);
    if (dir) {
      lines.push(dir);
      hasDirectives = true;
    }
    else if (doc.directives.docStart)
      hasDirectives = true;
  }
  if (hasDirectives)
    lines.push('---');
  const ctx = stringify.createStringifyContext(doc, options);
  const { commentString } = ctx.options;
  if (doc.commentBefore) {
    if (lines.length !== 1)
      lines.unshift('');
    const cs = commentString(doc.commentBefore);
    lines.unshift(stringifyComment.indentComment(cs, ''));
  }
  let chompKeep = false;
  let contentComment = null;
  if (doc.contents) {
    if (identity.isNode(doc.contents)) {
      if (doc.contents.spaceBefore && hasDirectives)
        lines.push('');
      if (doc.contents.commentBefore) {
        const cs = commentString(doc.contents.commentBefore);
        lines.push(stringifyComment.indentComment(cs, ''));
      }
      ctx.forceBlockIndent = !!doc.comment;
      contentComment = doc.contents.comment;
    }
    const onChompKeep = contentComment ? undefined : () => (chompKeep = true);
    let body = stringify.stringify(doc.contents, ctx, () => (contentComment = null), onChompKeep);
    if (contentComment)
      body += stringifyComment.lineComment(body, '', commentString(contentComment));
    if ((body[0] === '|' || body[0] === '>') &&
      lines[lines.length - 1] === '---') {
      lines[lines.length - 1] = `--- ${body}`;
    }
    else
      lines.push(body);
  }
  else {
    lines.push(stringify.stringify(doc.contents, ctx));
  }
  if (doc.directives?.docEnd) {
    if (doc.comment) {
      const cs = commentString(doc.comment);
      if (cs.includes('\n')) {
        lines.push('...');
        lines.push(stringifyComment.indentComment(cs, ''));
      }
      else {
        lines.push(`... ${cs}`);
      }
    }
    else {
      lines.push('...');
    }
  }
  else {
    let dc = doc.comment;
    if (dc && chompKeep)
      dc = dc.replace(/^\n+/, '');
    if (dc) {
      if ((!chompKeep || contentComment) && lines[lines.length - 1] !== '')
        lines.push('');
      lines.push(stringifyComment.indentComment(commentString(dc), ''));
    }
  }
  return lines.join('\n') + '\n';
}
exports.stringifyDocument = stringifyDocument;
 }),
 28689:
 ((__unused_webpack_module, exports) => {
function stringifyNumber({ format, minFractionDigits, tag, value }) {
  if (typeof value === 'bigint')
    return String(value);
  const num = typeof value === 'number' ? value : Number(value);
  if (!isFinite(num))
    return isNaN(num) ? '.nan' : num < 0 ? '-.inf' : '.inf';
  let n = Object.is(value, -0) ? '-0' : JSON.stringify(value);
  if (!format &&
    minFractionDigits &&
    (!tag || tag === 'tag:yaml.org,2002:float') &&
    /^-?\d/.test(n) &&
    !n.includes('e')) {
    let i = n.indexOf('.');
    if (i < 0) {
      i = n.length;
      n += '.';
    }
    let d = minFractionDigits - (n.length - i - 1);
    while (d-- > 0)
      n += '0';
  }
  return n;
}
exports.stringifyNumber = stringifyNumber;
 }),
 59748:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
var Scalar = __webpack_require__(63301);
var stringify = __webpack_require__(2148);
var stringifyComment = __webpack_require__(59799);
function stringifyPair({ key, value }, ctx, onComment, onChompKeep) {
  const { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx;
  let keyComment = (identity.isNode(key) && key.comment) || null;
  if (simpleKeys) {
    if (keyComment) {
      throw new Error('With simple keys, key nodes cannot have comments');
    }
    if (identity.isCollection(key) || (!identity.isNode(key) && typeof key === 'object')) {
      const msg = 'With simple keys, collection cannot be used as a key value';
      throw new Error(msg);
    }
  }
  let explicitKey = !simpleKeys &&
    (!key ||
      (keyComment && value == null && !ctx.inFlow) ||
      identity.isCollection(key) ||
      (identity.isScalar(key)
        ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL
        : typeof key === 'object'));
  ctx = Object.assign({}, ctx, {
    allNullValues: false,
    implicitKey: !explicitKey && (simpleKeys || !allNullValues),
    indent: indent + indentStep
  });
  let keyCommentDone = false;
  let chompKeep = false;
  let str = stringify.stringify(key, ctx, () => (keyCommentDone = true), () => (chompKeep = true));
  if (!explicitKey && !ctx.inFlow && str.length > 1024) {
    if (simpleKeys)
      throw new Error('With simple keys, single line scalar must not span more than 1024 characters');
    explicitKey = true;
  }
  if (ctx.inFlow) {
    if (allNullValues || value == null) {
      if (keyCommentDone && onComment)
        onComment();
      return str === '' ? '?' : explicitKey ? `? ${str}` : str;
    }
  }
  else if ((allNullValues && !simpleKeys) || (value == null && explicitKey)) {
    str = `? ${str}`;
    if (keyComment && !keyCommentDone) {
      str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
    }
    else if (chompKeep && onChompKeep)
      onChompKeep();
    return str;
  }
  if (keyCommentDone)
    keyComment = null;
  if (explicitKey) {
    if (keyComment)
      str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
    str = `? ${str}\n${indent}:`;
  }
  else {
    str = `${str}:`;
    if (keyComment)
      str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
  }
  let vsb, vcb, valueComment;
  if (identity.isNode(value)) {
    vsb = !!value.spaceBefore;
    vcb = value.commentBefore;
    valueComment = value.comment;
  }
  else {
    vsb = false;
    vcb = null;
    valueComment = null;
    if (value && typeof value === 'object')
      value = doc.createNode(value);
  }
  ctx.implicitKey = false;
  if (!explicitKey && !keyComment && identity.isScalar(value))
    ctx.indentAtStart = str.length + 1;
  chompKeep = false;
  if (!indentSeq &&
    indentStep.length >= 2 &&
    !ctx.inFlow &&
    !explicitKey &&
    identity.isSeq(value) &&
    !value.flow &&
    !value.tag &&
    !value.anchor) {
    ctx.indent = ctx.indent.substring(2);
  }
  let valueCommentDone = false;
  const valueStr = stringify.stringify(value, ctx, () => (valueCommentDone = true), () => (chompKeep = true));
  let ws = ' ';
  if (keyComment || vsb || vcb) {
    ws = vsb ? '\n' : '';
    if (vcb) {
      const cs = commentString(vcb);
      ws += `\n${stringifyComment.indentComment(cs, ctx.indent)}`;
    }
    if (valueStr === '' && !ctx.inFlow) {
      if (ws === '\n' && valueComment)
        ws = '\n\n';
    }
    else {
      ws += `\n${ctx.indent}`;
    }
  }
  else if (!explicitKey && identity.isCollection(value)) {
    const vs0 = valueStr[0];
    const nl0 = valueStr.indexOf('\n');
    const hasNewline = nl0 !== -1;
    const flow = ctx.inFlow ?? value.flow ?? value.items.length === 0;
    if (hasNewline || !flow) {
      let hasPropsLine = false;
      if (hasNewline && (vs0 === '&' || vs0 === '!')) {
        let sp0 = valueStr.indexOf(' ');
        if (vs0 === '&' &&
          sp0 !== -1 &&
          sp0 < nl0 &&
          valueStr[sp0 + 1] === '!') {
          sp0 = valueStr.indexOf(' ', sp0 + 1);
        }
        if (sp0 === -1 || nl0 < sp0)
          hasPropsLine = true;
      }
      if (!hasPropsLine)
        ws = `\n${ctx.indent}`;
    }
  }
  else if (valueStr === '' || valueStr[0] === '\n') {
    ws = '';
  }
  str += ws + valueStr;
  if (ctx.inFlow) {
    if (valueCommentDone && onComment)
      onComment();
  }
  else if (valueComment && !valueCommentDone) {
    str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment));
  }
  else if (chompKeep && onChompKeep) {
    onChompKeep();
  }
  return str;
}
exports.stringifyPair = stringifyPair;
 }),
 83069:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var Scalar = __webpack_require__(63301);
var foldFlowLines = __webpack_require__(34475);
const getFoldOptions = (ctx, isBlock) => ({
  indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
  lineWidth: ctx.options.lineWidth,
  minContentWidth: ctx.options.minContentWidth
});
const containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
function lineLengthOverLimit(str, lineWidth, indentLength) {
  if (!lineWidth || lineWidth < 0)
    return false;
  const limit = lineWidth - indentLength;
  const strLen = str.length;
  if (strLen <= limit)
    return false;
  for (let i = 0, start = 0; i < strLen; ++i) {
    if (str[i] === '\n') {
      if (i - start > limit)
        return true;
      start = i + 1;
      if (strLen - start <= limit)
        return false;
    }
  }
  return true;
}
function doubleQuotedString(value, ctx) {
  const json = JSON.stringify(value);
  if (ctx.options.doubleQuotedAsJSON)
    return json;
  const { implicitKey } = ctx;
  const minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength;
  const indent = ctx.indent || (containsDocumentMarker(value) ? '  ' : '');
  let str = '';
  let start = 0;
  for (let i = 0, ch = json[i]; ch; ch = json[++i]) {
    if (ch === ' ' && json[i + 1] === '\\' && json[i + 2] === 'n') {
      str += json.slice(start, i) + '\\ ';
      i += 1;
      start = i;
      ch = '\\';
    }
    if (ch === '\\')
      switch (json[i + 1]) {
        case 'u':
          {
            str += json.slice(start, i);
            const code = json.substr(i + 2, 4);
            switch (code) {
              case '0000':
                str += '\\0';
                break;
              case '0007':
                str += '\\a';
                break;
              case '000b':
                str += '\\v';
                break;
              case '001b':
                str += '\\e';
                break;
              case '0085':
                str += '\\N';
                break;
              case '00a0':
                str += '\\_';
                break;
              case '2028':
                str += '\\L';
                break;
              case '2029':
                str += '\\P';
                break;
              default:
                if (code.substr(0, 2) === '00')
                  str += '\\x' + code.substr(2);
                else
                  str += json.substr(i, 6);
            }
            i += 5;
            start = i + 1;
          }
          break;
        case 'n':
          if (implicitKey ||
            json[i + 2] === '"' ||
            json.length < minMultiLineLength) {
            i += 1;
          }
          else {
            str += json.slice(start, i) + '\n\n';
            while (json[i + 2] === '\\' &&
              json[i + 3] === 'n' &&
              json[i + 4] !== '"') {
              str += '\n';
              i += 2;
            }
            str += indent;
            if (json[i + 2] === ' ')
              str += '\\';
            i += 1;
            start = i + 1;
          }
          break;
        default:
          i += 1;
      }
  }
  str = start ? str + json.slice(start) : json;
  return implicitKey
    ? str
    : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, false));
}
function singleQuotedString(value, ctx) {
  if (ctx.options.singleQuote === false ||
    (ctx.implicitKey && value.includes('\n')) ||
    /[ \t]\n|\n[ \t]/.test(value)
  )
    return doubleQuotedString(value, ctx);
  const indent = ctx.indent || (containsDocumentMarker(value) ? '  ' : '');
  const res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&\n${indent}`) + "'";
  return ctx.implicitKey
    ? res
    : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
}
function quotedString(value, ctx) {
  const { singleQuote } = ctx.options;
  let qs;
  if (singleQuote === false)
    qs = doubleQuotedString;
  else {
    const hasDouble = value.includes('"');
    const hasSingle = value.includes("'");
    if (hasDouble && !hasSingle)
      qs = singleQuotedString;
    else if (hasSingle && !hasDouble)
      qs = doubleQuotedString;
    else
      qs = singleQuote ? singleQuotedString : doubleQuotedString;
  }
  return qs(value, ctx);
}
let blockEndNewlines;
try {
  blockEndNewlines = new RegExp('(^|(?<!\n))\n+(?!\n|$)', 'g');
}
catch {
  blockEndNewlines = /\n+(?!\n|$)/g;
}
function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
  const { blockQuote, commentString, lineWidth } = ctx.options;
  if (!blockQuote || /\n[\t ]+$/.test(value)) {
    return quotedString(value, ctx);
  }
  const indent = ctx.indent ||
    (ctx.forceBlockIndent || containsDocumentMarker(value) ? '  ' : '');
  const literal = blockQuote === 'literal'
    ? true
    : blockQuote === 'folded' || type === Scalar.Scalar.BLOCK_FOLDED
      ? false
      : type === Scalar.Scalar.BLOCK_LITERAL
        ? true
        : !lineLengthOverLimit(value, lineWidth, indent.length);
  if (!value)
    return literal ? '|\n' : '>\n';
  let chomp;
  let endStart;
  for (endStart = value.length; endStart > 0; --endStart) {
    const ch = value[endStart - 1];
    if (ch !== '\n' && ch !== '\t' && ch !== ' ')
      break;
  }
  let end = value.substring(endStart);
  const endNlPos = end.indexOf('\n');
  if (endNlPos === -1) {
    chomp = '-';
  }
  else if (value === end || endNlPos !== end.length - 1) {
    chomp = '+';
    if (onChompKeep)
      onChompKeep();
  }
  else {
    chomp = '';
  }
  if (end) {
    value = value.slice(0, -end.length);
    if (end[end.length - 1] === '\n')
      end = end.slice(0, -1);
    end = end.replace(blockEndNewlines, `$&${indent}`);
  }
  let startWithSpace = false;
  let startEnd;
  let startNlPos = -1;
  for (startEnd = 0; startEnd < value.length; ++startEnd) {
    const ch = value[startEnd];
    if (ch === ' ')
      startWithSpace = true;
    else if (ch === '\n')
      startNlPos = startEnd;
    else
      break;
  }
  let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
  if (start) {
    value = value.substring(start.length);
    start = start.replace(/\n+/g, `$&${indent}`);
  }
  const indentSize = indent ? '2' : '1';
  let header = (startWithSpace ? indentSize : '') + chomp;
  if (comment) {
    header += ' ' + commentString(comment.replace(/ ?[\r\n]+/g, ' '));
    if (onComment)
      onComment();
  }
  if (!literal) {
    const foldedValue = value
      .replace(/\n+/g, '\n$&')
      .replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, '$1$2')
      .replace(/\n+/g, `$&${indent}`);
    let literalFallback = false;
    const foldOptions = getFoldOptions(ctx, true);
    if (blockQuote !== 'folded' && type !== Scalar.Scalar.BLOCK_FOLDED) {
      foldOptions.onOverflow = () => {
        literalFallback = true;
      };
    }
    const body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
    if (!literalFallback)
      return `>${header}\n${indent}${body}`;
  }
  value = value.replace(/\n+/g, `$&${indent}`);
  return `|${header}\n${indent}${start}${value}${end}`;
}
function plainString(item, ctx, onComment, onChompKeep) {
  const { type, value } = item;
  const { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
  if ((implicitKey && value.includes('\n')) ||
    (inFlow && /[[\]{},]/.test(value))) {
    return quotedString(value, ctx);
  }
  if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value)) {
    return implicitKey || inFlow || !value.includes('\n')
      ? quotedString(value, ctx)
      : blockString(item, ctx, onComment, onChompKeep);
  }
  if (!implicitKey &&
    !inFlow &&
    type !== Scalar.Scalar.PLAIN &&
    value.includes('\n')) {
    return blockString(item, ctx, onComment, onChompKeep);
  }
  if (containsDocumentMarker(value)) {
    if (indent === '') {
      ctx.forceBlockIndent = true;
      return blockString(item, ctx, onComment, onChompKeep);
    }
    else if (implicitKey && indent === indentStep) {
      return quotedString(value, ctx);
    }
  }
  const str = value.replace(/\n+/g, `$&\n${indent}`);
  if (actualString) {
    const test = (tag) => tag.default && tag.tag !== 'tag:yaml.org,2002:str' && tag.test?.test(str);
    const { compat, tags } = ctx.doc.schema;
    if (tags.some(test) || compat?.some(test))
      return quotedString(value, ctx);
  }
  return implicitKey
    ? str
    : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
}
function stringifyString(item, ctx, onComment, onChompKeep) {
  const { implicitKey, inFlow } = ctx;
  const ss = typeof item.value === 'string'
    ? item
    : Object.assign({}, item, { value: String(item.value) });
  let { type } = item;
  if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
    if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value))
      type = Scalar.Scalar.QUOTE_DOUBLE;
  }
  const _stringify = (_type) => {
    switch (_type) {
      case Scalar.Scalar.BLOCK_FOLDED:
      case Scalar.Scalar.BLOCK_LITERAL:
        return implicitKey || inFlow
          ? quotedString(ss.value, ctx)
          : blockString(ss, ctx, onComment, onChompKeep);
      case Scalar.Scalar.QUOTE_DOUBLE:
        return doubleQuotedString(ss.value, ctx);
      case Scalar.Scalar.QUOTE_SINGLE:
        return singleQuotedString(ss.value, ctx);
      case Scalar.Scalar.PLAIN:
        return plainString(ss, ctx, onComment, onChompKeep);
      default:
        return null;
    }
  };
  let res = _stringify(type);
  if (res === null) {
    const { defaultKeyType, defaultStringType } = ctx.options;
    const t = (implicitKey && defaultKeyType) || defaultStringType;
    res = _stringify(t);
    if (res === null)
      throw new Error(`Unsupported default string type ${t}`);
  }
  return res;
}
exports.stringifyString = stringifyString;
 }),
 10204:
 ((__unused_webpack_module, exports, __webpack_require__) => {
var identity = __webpack_require__(41127);
const BREAK = Symbol('break visit');
const SKIP = Symbol('skip children');
const REMOVE = Symbol('remove node');
function visit(node, visitor) {
  const visitor_ = initVisitor(visitor);
  if (identity.isDocument(node)) {
    const cd = visit_(null, node.contents, visitor_, Object.freeze([node]));
    if (cd === REMOVE)
      node.contents = null;
  }
  else
    visit_(null, node, visitor_, Object.freeze([]));
}
visit.BREAK = BREAK;
visit.SKIP = SKIP;
visit.REMOVE = REMOVE;
function visit_(key, node, visitor, path) {
  const ctrl = callVisitor(key, node, visitor, path);
  if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
    replaceNode(key, path, ctrl);
    return visit_(key, ctrl, visitor, path);
  }
  if (typeof ctrl !== 'symbol') {
    if (identity.isCollection(node)) {
      path = Object.freeze(path.concat(node));
      for (let i = 0; i < node.items.length; ++i) {
        const ci = visit_(i, node.items[i], visitor, path);
        if (typeof ci === 'number')
          i = ci - 1;
        else if (ci === BREAK)
          return BREAK;
        else if (ci === REMOVE) {
          node.items.splice(i, 1);
          i -= 1;
        }
      }
    }
    else if (identity.isPair(node)) {
      path = Object.freeze(path.concat(node));
      const ck = visit_('key', node.key, visitor, path);
      if (ck === BREAK)
        return BREAK;
      else if (ck === REMOVE)
        node.key = null;
      const cv = visit_('value', node.value, visitor, path);
      if (cv === BREAK)
        return BREAK;
      else if (cv === REMOVE)
        node.value = null;
    }
  }
  return ctrl;
}
async function visitAsync(node, visitor) {
  const visitor_ = initVisitor(visitor);
  if (identity.isDocument(node)) {
    const cd = await visitAsync_(null, node.contents, visitor_, Object.freeze([node]));
    if (cd === REMOVE)
      node.contents = null;
  }
  else
    await visitAsync_(null, node, visitor_, Object.freeze([]));
}
visitAsync.BREAK = BREAK;
visitAsync.SKIP = SKIP;
visitAsync.REMOVE = REMOVE;
async function visitAsync_(key, node, visitor, path) {
  const ctrl = await callVisitor(key, node, visitor, path);
  if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
    replaceNode(key, path, ctrl);
    return visitAsync_(key, ctrl, visitor, path);
  }
  if (typeof ctrl !== 'symbol') {
    if (identity.isCollection(node)) {
      path = Object.freeze(path.concat(node));
      for (let i = 0; i < node.items.length; ++i) {
        const ci = await visitAsync_(i, node.items[i], visitor, path);
        if (typeof ci === 'number')
          i = ci - 1;
        else if (ci === BREAK)
          return BREAK;
        else if (ci === REMOVE) {
          node.items.splice(i, 1);
          i -= 1;
        }
      }
    }
    else if (identity.isPair(node)) {
      path = Object.freeze(path.concat(node));
      const ck = await visitAsync_('key', node.key, visitor, path);
      if (ck === BREAK)
        return BREAK;
      else if (ck === REMOVE)
        node.key = null;
      const cv = await visitAsync_('value', node.value, visitor, path);
      if (cv === BREAK)
        return BREAK;
      else if (cv === REMOVE)
        node.value = null;
    }
  }
  return ctrl;
}
function initVisitor(visitor) {
  if (typeof visitor === 'object' &&
    (visitor.Collection || visitor.Node || visitor.Value)) {
    return Object.assign({
      Alias: visitor.Node,
      Map: visitor.Node,
      Scalar: visitor.Node,
      Seq: visitor.Node
    }, visitor.Value && {
      Map: visitor.Value,
      Scalar: visitor.Value,
      Seq: visitor.Value
    }, visitor.Collection && {
      Map: visitor.Collection,
      Seq: visitor.Collection
    }, visitor);
  }
  return visitor;
}
function callVisitor(key, node, visitor, path) {
  if (typeof visitor === 'function')
    return visitor(key, node, path);
  if (identity.isMap(node))
    return visitor.Map?.(key, node, path);
  if (identity.isSeq(node))
    return visitor.Seq?.(key, node, path);
  if (identity.isPair(node))
    return visitor.Pair?.(key, node, path);
  if (identity.isScalar(node))
    return visitor.Scalar?.(key, node, path);
  if (identity.isAlias(node))
    return visitor.Alias?.(key, node, path);
  return undefined;
}
function replaceNode(key, path, node) {
  const parent = path[path.length - 1];
  if (identity.isCollection(parent)) {
    parent.items[key] = node;
  }
  else if (identity.isPair(parent)) {
    if (key === 'key')
      parent.key = node;
    else
      parent.value = node;
  }
  else if (identity.isDocument(parent)) {
    parent.contents = node;
  }
  else {
    const pt = identity.isAlias(parent) ? 'alias' : 'scalar';
    throw new Error(`Cannot replace node with ${pt} parent`);
  }
}
exports.visit = visit;
exports.visitAsync = visitAsync;
 }),
 92413:
 ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
__webpack_require__.r(__webpack_exports__);
__webpack_require__.d(__webpack_exports__, {
 context: () => ( github_context),
 getOctokit: () => ( getOctokit)
});
var external_fs_ = __webpack_require__(79896);
var external_os_ = __webpack_require__(70857);
;
class Context {
  constructor() {
    var _a, _b, _c;
    this.payload = {};
    if (process.env.GITHUB_EVENT_PATH) {
      if ((0,external_fs_.existsSync)(process.env.GITHUB_EVENT_PATH)) {
        this.payload = JSON.parse((0,external_fs_.readFileSync)(process.env.GITHUB_EVENT_PATH, { encoding: 'utf8' }));
      }
      else {
        const path = process.env.GITHUB_EVENT_PATH;
        process.stdout.write(`GITHUB_EVENT_PATH ${path} does not exist${external_os_.EOL}`);
      }
    }
    this.eventName = process.env.GITHUB_EVENT_NAME;
    this.sha = process.env.GITHUB_SHA;
    this.ref = process.env.GITHUB_REF;
    this.workflow = process.env.GITHUB_WORKFLOW;
    this.action = process.env.GITHUB_ACTION;
    this.actor = process.env.GITHUB_ACTOR;
    this.job = process.env.GITHUB_JOB;
    this.runAttempt = parseInt(process.env.GITHUB_RUN_ATTEMPT, 10);
    this.runNumber = parseInt(process.env.GITHUB_RUN_NUMBER, 10);
    this.runId = parseInt(process.env.GITHUB_RUN_ID, 10);
    this.apiUrl = (_a = process.env.GITHUB_API_URL) !== null && _a !== void 0 ? _a : `https://api.github.com`;
    this.serverUrl = (_b = process.env.GITHUB_SERVER_URL) !== null && _b !== void 0 ? _b : `https://github.com`;
    this.graphqlUrl =
      (_c = process.env.GITHUB_GRAPHQL_URL) !== null && _c !== void 0 ? _c : `https://api.github.com/graphql`;
  }
  get issue() {
    const payload = this.payload;
    return Object.assign(Object.assign({}, this.repo), { number: (payload.issue || payload.pull_request || payload).number });
  }
  get repo() {
    if (process.env.GITHUB_REPOSITORY) {
      const [owner, repo] = process.env.GITHUB_REPOSITORY.split('/');
      return { owner, repo };
    }
    if (this.payload.repository) {
      return {
        owner: this.payload.repository.owner.login,
        repo: this.payload.repository.name
      };
    }
    throw new Error("context.repo requires a GITHUB_REPOSITORY environment variable like 'owner/repo'");
  }
}
var lib = __webpack_require__(89659);
var undici = __webpack_require__(13841);
;
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
  function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
  return new (P || (P = Promise))(function (resolve, reject) {
    function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
    function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
    function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
    step((generator = generator.apply(thisArg, _arguments || [])).next());
  });
};
function getAuthString(token, options) {
  if (!token && !options.auth) {
    throw new Error('Parameter token or opts.auth is required');
  }
  else if (token && options.auth) {
    throw new Error('Parameters token and opts.auth may not both be specified');
  }
  return typeof options.auth === 'string' ? options.auth : `token ${token}`;
}
function getProxyAgent(destinationUrl) {
  const hc = new lib.HttpClient();
  return hc.getAgent(destinationUrl);
}
function getProxyAgentDispatcher(destinationUrl) {
  const hc = new lib.HttpClient();
  return hc.getAgentDispatcher(destinationUrl);
}
function getProxyFetch(destinationUrl) {
  const httpDispatcher = getProxyAgentDispatcher(destinationUrl);
  const proxyFetch = (url, opts) => __awaiter(this, void 0, void 0, function* () {
    return (0,undici.fetch)(url, Object.assign(Object.assign({}, opts), { dispatcher: httpDispatcher }));
  });
  return proxyFetch;
}
function getApiBaseUrl() {
  return process.env['GITHUB_API_URL'] || 'https://api.github.com';
}
function getUserAgentWithOrchestrationId(baseUserAgent) {
  var _a;
  const orchId = (_a = process.env['ACTIONS_ORCHESTRATION_ID']) === null || _a === void 0 ? void 0 : _a.trim();
  if (orchId) {
    const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
    const tag = `actions_orchestration_id/${sanitizedId}`;
    if (baseUserAgent === null || baseUserAgent === void 0 ? void 0 : baseUserAgent.includes(tag))
      return baseUserAgent;
    const ua = baseUserAgent ? `${baseUserAgent} ` : '';
    return `${ua}${tag}`;
  }
  return baseUserAgent;
}
;
function getUserAgent() {
 if (typeof navigator === "object" && "userAgent" in navigator) {
  return navigator.userAgent;
 }
 if (typeof process === "object" && process.version !== undefined) {
  return `Node.js/${process.version.substr(1)} (${process.platform}; ${
   process.arch
  })`;
 }
 return "<environment undetectable>";
}
;
function register(state, name, method, options) {
 if (typeof method !== "function") {
  throw new Error("method for before hook must be a function");
 }
 if (!options) {
  options = {};
 }
 if (Array.isArray(name)) {
  return name.reverse().reduce((callback, name) => {
   return register.bind(null, state, name, callback, options);
  }, method)();
 }
 return Promise.resolve().then(() => {
  if (!state.registry[name]) {
   return method(options);
  }
  return state.registry[name].reduce((method, registered) => {
   return registered.hook.bind(null, method, options);
  }, method)();
 });
}
;
function addHook(state, kind, name, hook) {
 const orig = hook;
 if (!state.registry[name]) {
  state.registry[name] = [];
 }
 if (kind === "before") {
  hook = (method, options) => {
   return Promise.resolve()
    .then(orig.bind(null, options))
    .then(method.bind(null, options));
  };
 }
 if (kind === "after") {
  hook = (method, options) => {
   let result;
   return Promise.resolve()
    .then(method.bind(null, options))
    .then((result_) => {
     result = result_;
     return orig(result, options);
    })
    .then(() => {
     return result;
    });
  };
 }
 if (kind === "error") {
  hook = (method, options) => {
   return Promise.resolve()
    .then(method.bind(null, options))
    .catch((error) => {
     return orig(error, options);
    });
  };
 }
 state.registry[name].push({
  hook: hook,
  orig: orig,
 });
}
;
function removeHook(state, name, method) {
 if (!state.registry[name]) {
  return;
 }
 const index = state.registry[name]
  .map((registered) => {
   return registered.orig;
  })
  .indexOf(method);
 if (index === -1) {
  return;
 }
 state.registry[name].splice(index, 1);
}
;
const bind = Function.bind;
const bindable = bind.bind(bind);
function bindApi(hook, state, name) {
 const removeHookRef = bindable(removeHook, null).apply(
  null,
  name ? [state, name] : [state]
 );
 hook.api = { remove: removeHookRef };
 hook.remove = removeHookRef;
 ["before", "error", "after", "wrap"].forEach((kind) => {
  const args = name ? [state, kind, name] : [state, kind];
  hook[kind] = hook.api[kind] = bindable(addHook, null).apply(null, args);
 });
}
function Singular() {
 const singularHookName = Symbol("Singular");
 const singularHookState = {
  registry: {},
 };
 const singularHook = register.bind(null, singularHookState, singularHookName);
 bindApi(singularHook, singularHookState, singularHookName);
 return singularHook;
}
function Collection() {
 const state = {
  registry: {},
 };
 const hook = register.bind(null, state);
 bindApi(hook, state);
 return hook;
}
 const before_after_hook = ({ Singular, Collection });
;
var VERSION = "0.0.0-development";
var userAgent = `octokit-endpoint.js/${VERSION} ${getUserAgent()}`;
var DEFAULTS = {
 method: "GET",
 baseUrl: "https://api.github.com",
 headers: {
  accept: "application/vnd.github.v3+json",
  "user-agent": userAgent
 },
 mediaType: {
  format: ""
 }
};
function lowercaseKeys(object) {
 if (!object) {
  return {};
 }
 return Object.keys(object).reduce((newObj, key) => {
  newObj[key.toLowerCase()] = object[key];
  return newObj;
 }, {});
}
function isPlainObject(value) {
 if (typeof value !== "object" || value === null) return false;
 if (Object.prototype.toString.call(value) !== "[object Object]") return false;
 const proto = Object.getPrototypeOf(value);
 if (proto === null) return true;
 const Ctor = Object.prototype.hasOwnProperty.call(proto, "constructor") && proto.constructor;
 return typeof Ctor === "function" && Ctor instanceof Ctor && Function.prototype.call(Ctor) === Function.prototype.call(value);
}
function mergeDeep(defaults, options) {
 const result = Object.assign({}, defaults);
 Object.keys(options).forEach((key) => {
  if (isPlainObject(options[key])) {
   if (!(key in defaults)) Object.assign(result, { [key]: options[key] });
   else result[key] = mergeDeep(defaults[key], options[key]);
  } else {
   Object.assign(result, { [key]: options[key] });
  }
 });
 return result;
}
function removeUndefinedProperties(obj) {
 for (const key in obj) {
  if (obj[key] === void 0) {
   delete obj[key];
  }
 }
 return obj;
}
function merge(defaults, route, options) {
 if (typeof route === "string") {
  let [method, url] = route.split(" ");
  options = Object.assign(url ? { method, url } : { url: method }, options);
 } else {
  options = Object.assign({}, route);
 }
 options.headers = lowercaseKeys(options.headers);
 removeUndefinedProperties(options);
 removeUndefinedProperties(options.headers);
 const mergedOptions = mergeDeep(defaults || {}, options);
 if (options.url === "/graphql") {
  if (defaults && defaults.mediaType.previews?.length) {
   mergedOptions.mediaType.previews = defaults.mediaType.previews.filter(
    (preview) => !mergedOptions.mediaType.previews.includes(preview)
   ).concat(mergedOptions.mediaType.previews);
  }
  mergedOptions.mediaType.previews = (mergedOptions.mediaType.previews || []).map((preview) => preview.replace(/-preview/, ""));
 }
 return mergedOptions;
}
function addQueryParameters(url, parameters) {
 const separator = /\?/.test(url) ? "&" : "?";
 const names = Object.keys(parameters);
 if (names.length === 0) {
  return url;
 }
 return url + separator + names.map((name) => {
  if (name === "q") {
   return "q=" + parameters.q.split("+").map(encodeURIComponent).join("+");
  }
  return `${name}=${encodeURIComponent(parameters[name])}`;
 }).join("&");
}
var urlVariableRegex = /\{[^{}}]+\}/g;
function removeNonChars(variableName) {
 return variableName.replace(/(?:^\W+)|(?:(?<!\W)\W+$)/g, "").split(/,/);
}
function extractUrlVariableNames(url) {
 const matches = url.match(urlVariableRegex);
 if (!matches) {
  return [];
 }
 return matches.map(removeNonChars).reduce((a, b) => a.concat(b), []);
}
function omit(object, keysToOmit) {
 const result = { __proto__: null };
 for (const key of Object.keys(object)) {
  if (keysToOmit.indexOf(key) === -1) {
   result[key] = object[key];
  }
 }
 return result;
}
function encodeReserved(str) {
 return str.split(/(%[0-9A-Fa-f]{2})/g).map(function(part) {
  if (!/%[0-9A-Fa-f]/.test(part)) {
   part = encodeURI(part).replace(/%5B/g, "[").replace(/%5D/g, "]");
  }
  return part;
 }).join("");
}
function encodeUnreserved(str) {
 return encodeURIComponent(str).replace(/[!'()*]/g, function(c) {
  return "%" + c.charCodeAt(0).toString(16).toUpperCase();
 });
}
function encodeValue(operator, value, key) {
 value = operator === "+" || operator === "#" ? encodeReserved(value) : encodeUnreserved(value);
 if (key) {
  return encodeUnreserved(key) + "=" + value;
 } else {
  return value;
 }
}
function isDefined(value) {
 return value !== void 0 && value !== null;
}
function isKeyOperator(operator) {
 return operator === ";" || operator === "&" || operator === "?";
}
function getValues(context, operator, key, modifier) {
 var value = context[key], result = [];
 if (isDefined(value) && value !== "") {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
   value = value.toString();
   if (modifier && modifier !== "*") {
    value = value.substring(0, parseInt(modifier, 10));
   }
   result.push(
    encodeValue(operator, value, isKeyOperator(operator) ? key : "")
   );
  } else {
   if (modifier === "*") {
    if (Array.isArray(value)) {
     value.filter(isDefined).forEach(function(value2) {
      result.push(
       encodeValue(operator, value2, isKeyOperator(operator) ? key : "")
      );
     });
    } else {
     Object.keys(value).forEach(function(k) {
      if (isDefined(value[k])) {
       result.push(encodeValue(operator, value[k], k));
      }
     });
    }
   } else {
    const tmp = [];
    if (Array.isArray(value)) {
     value.filter(isDefined).forEach(function(value2) {
      tmp.push(encodeValue(operator, value2));
     });
    } else {
     Object.keys(value).forEach(function(k) {
      if (isDefined(value[k])) {
       tmp.push(encodeUnreserved(k));
       tmp.push(encodeValue(operator, value[k].toString()));
      }
     });
    }
    if (isKeyOperator(operator)) {
     result.push(encodeUnreserved(key) + "=" + tmp.join(","));
    } else if (tmp.length !== 0) {
     result.push(tmp.join(","));
    }
   }
  }
 } else {
  if (operator === ";") {
   if (isDefined(value)) {
    result.push(encodeUnreserved(key));
   }
  } else if (value === "" && (operator === "&" || operator === "?")) {
   result.push(encodeUnreserved(key) + "=");
  } else if (value === "") {
   result.push("");
  }
 }
 return result;
}
function parseUrl(template) {
 return {
  expand: expand.bind(null, template)
 };
}
function expand(template, context) {
 var operators = ["+", "#", ".", "/", ";", "?", "&"];
 template = template.replace(
  /\{([^\{\}]+)\}|([^\{\}]+)/g,
  function(_, expression, literal) {
   if (expression) {
    let operator = "";
    const values = [];
    if (operators.indexOf(expression.charAt(0)) !== -1) {
     operator = expression.charAt(0);
     expression = expression.substr(1);
    }
    expression.split(/,/g).forEach(function(variable) {
     var tmp = /([^:\*]*)(?::(\d+)|(\*))?/.exec(variable);
     values.push(getValues(context, operator, tmp[1], tmp[2] || tmp[3]));
    });
    if (operator && operator !== "+") {
     var separator = ",";
     if (operator === "?") {
      separator = "&";
     } else if (operator !== "#") {
      separator = operator;
     }
     return (values.length !== 0 ? operator : "") + values.join(separator);
    } else {
     return values.join(",");
    }
   } else {
    return encodeReserved(literal);
   }
  }
 );
 if (template === "/") {
  return template;
 } else {
  return template.replace(/\/$/, "");
 }
}
function parse(options) {
 let method = options.method.toUpperCase();
 let url = (options.url || "/").replace(/:([a-z]\w+)/g, "{$1}");
 let headers = Object.assign({}, options.headers);
 let body;
 let parameters = omit(options, [
  "method",
  "baseUrl",
  "url",
  "headers",
  "request",
  "mediaType"
 ]);
 const urlVariableNames = extractUrlVariableNames(url);
 url = parseUrl(url).expand(parameters);
 if (!/^http/.test(url)) {
  url = options.baseUrl + url;
 }
 const omittedParameters = Object.keys(options).filter((option) => urlVariableNames.includes(option)).concat("baseUrl");
 const remainingParameters = omit(parameters, omittedParameters);
 const isBinaryRequest = /application\/octet-stream/i.test(headers.accept);
 if (!isBinaryRequest) {
  if (options.mediaType.format) {
   headers.accept = headers.accept.split(/,/).map(
    (format) => format.replace(
     /application\/vnd(\.\w+)(\.v3)?(\.\w+)?(\+json)?$/,
     `application/vnd$1$2.${options.mediaType.format}`
    )
   ).join(",");
  }
  if (url.endsWith("/graphql")) {
   if (options.mediaType.previews?.length) {
    const previewsFromAcceptHeader = headers.accept.match(/(?<![\w-])[\w-]+(?=-preview)/g) || [];
    headers.accept = previewsFromAcceptHeader.concat(options.mediaType.previews).map((preview) => {
     const format = options.mediaType.format ? `.${options.mediaType.format}` : "+json";
     return `application/vnd.github.${preview}-preview${format}`;
    }).join(",");
   }
  }
 }
 if (["GET", "HEAD"].includes(method)) {
  url = addQueryParameters(url, remainingParameters);
 } else {
  if ("data" in remainingParameters) {
   body = remainingParameters.data;
  } else {
   if (Object.keys(remainingParameters).length) {
    body = remainingParameters;
   }
  }
 }
 if (!headers["content-type"] && typeof body !== "undefined") {
  headers["content-type"] = "application/json; charset=utf-8";
 }
 if (["PATCH", "PUT"].includes(method) && typeof body === "undefined") {
  body = "";
 }
 return Object.assign(
  { method, url, headers },
  typeof body !== "undefined" ? { body } : null,
  options.request ? { request: options.request } : null
 );
}
function endpointWithDefaults(defaults, route, options) {
 return parse(merge(defaults, route, options));
}
function withDefaults(oldDefaults, newDefaults) {
 const DEFAULTS2 = merge(oldDefaults, newDefaults);
 const endpoint2 = endpointWithDefaults.bind(null, DEFAULTS2);
 return Object.assign(endpoint2, {
  DEFAULTS: DEFAULTS2,
  defaults: withDefaults.bind(null, DEFAULTS2),
  merge: merge.bind(null, DEFAULTS2),
  parse
 });
}
var endpoint = withDefaults(null, DEFAULTS);
;
/*!
 * content-type
 * Copyright(c) 2015 Douglas Christopher Wilson
 * MIT Licensed
 */
const SP = 32;
const HTAB = 9;
const SEMI = 59;
const EQ = 61;
const DQUOTE = 34;
const BSLASH = 92;
const COMMA = 44;
const LOWER_CASE = 1;
const OWS = 2;
const SEMI_FLAG = 4;
const COMMA_FLAG = 8;
const TOKEN_FLAG = 16;
const NON_ASCII = 0xff00;
const CASE_FLAGS = LOWER_CASE | NON_ASCII;
const CHAR_MAP = new Uint8Array(0x100);
CHAR_MAP[HTAB] |= OWS;
CHAR_MAP[SP] |= OWS;
CHAR_MAP[SEMI] |= SEMI_FLAG;
CHAR_MAP[COMMA] |= COMMA_FLAG;
for (let code = 0x80 ; code <= 0xff; code++) {
  CHAR_MAP[code] |= LOWER_CASE;
}
for (const char of "!#$%&'*+-.^_`|~") {
  CHAR_MAP[char.charCodeAt(0)] |= TOKEN_FLAG;
}
for (let code = 0x30 ; code <= 0x39 ; code++) {
  CHAR_MAP[code] |= TOKEN_FLAG;
}
for (let code = 0x41 ; code <= 0x5a ; code++) {
  CHAR_MAP[code] |= LOWER_CASE | TOKEN_FLAG;
}
for (let code = 0x61 ; code <= 0x7a ; code++) {
  CHAR_MAP[code] |= TOKEN_FLAG;
}
const NullObject =  (() => {
  const C = function () { };
  C.prototype = Object.create(null);
  return C;
})();
function isTypeValid(type, start = 0, end = type.length) {
  let hasSlash = false;
  for (let index = start; index < end; index++) {
    const code = type.charCodeAt(index);
    if (code === 47 ) {
      if (hasSlash || index === start || index >= end - 1)
        return false;
      hasSlash = true;
    }
    else if (!isTokenCode(code)) {
      return false;
    }
  }
  return hasSlash;
}
function isTokenValid(token, start = 0, end = token.length) {
  if (start >= end)
    return false;
  for (let index = start; index < end; index++) {
    if (!isTokenCode(token.charCodeAt(index)))
      return false;
  }
  return true;
}
function isTokenCode(code) {
  return (CHAR_MAP[code] & TOKEN_FLAG) !== 0;
}
function parameterValue(str) {
  const len = str.length;
  if (len === 0)
    return '""';
  let index = 0;
  while (index < len && isTokenCode(str.charCodeAt(index)))
    index++;
  if (index === len)
    return str;
  let result = '"';
  let start = 0;
  while (index < len) {
    const code = str.charCodeAt(index);
    if (code !== HTAB && (code < SP || code === 127 || code > 255)) {
      throw new TypeError(`Invalid parameter value: ${str}`);
    }
    if (code === 34  || code === 92 ) {
      result += `${str.slice(start, index)}\\`;
      start = index;
    }
    index++;
  }
  return `${result}${str.slice(start)}"`;
}
function format(obj) {
  const { type, parameters } = obj;
  if (!type || !isTypeValid(type)) {
    throw new TypeError(`Invalid type: ${type}`);
  }
  let result = type;
  if (parameters) {
    for (const param of Object.keys(parameters)) {
      if (!isTokenValid(param)) {
        throw new TypeError(`Invalid parameter name: ${param}`);
      }
      result += `; ${param}=${parameterValue(parameters[param])}`;
    }
  }
  return result;
}
function dist_parse(header, options) {
  const stopFlags = SEMI_FLAG | (options?.comma === true ? COMMA_FLAG : 0);
  const len = header.length;
  let valueStart = options?.start ?? 0;
  while ((CHAR_MAP[header.charCodeAt(valueStart)] & OWS) !== 0) {
    valueStart++;
  }
  let index = valueStart;
  let typeFlags = 0;
  let whitespace = -1;
  let stop = options?.parameters === false ? COMMA_FLAG : 0;
  while (index < len) {
    const code = header.charCodeAt(index);
    const flags = CHAR_MAP[code];
    if ((flags & stopFlags) !== 0) {
      stop |= flags & COMMA_FLAG;
      break;
    }
    if ((flags & OWS) !== 0) {
      if (whitespace === -1)
        whitespace = index;
    }
    else {
      whitespace = -1;
    }
    typeFlags |= (code & NON_ASCII) | flags;
    index++;
  }
  const valueEnd = whitespace === -1 ? index : whitespace;
  const value = header.slice(valueStart, valueEnd);
  const type = (typeFlags & CASE_FLAGS) === 0 ? value : value.toLowerCase();
  if (index === len || stop !== 0) {
    return { type, index, parameters: new NullObject() };
  }
  return parseParameters(header, type, index, len, stopFlags);
}
function parseParameters(header, type, index, len, stopFlags) {
  const parameters = new NullObject();
  parameter: while (index < len) {
    index++;
    while ((CHAR_MAP[header.charCodeAt(index)] & OWS) !== 0) {
      index++;
    }
    const keyStart = index;
    let keyFlags = 0;
    let keyWhitespace = -1;
    while (index < len) {
      const code = header.charCodeAt(index);
      const flags = CHAR_MAP[code];
      if ((flags & stopFlags) !== 0) {
        if ((flags & COMMA_FLAG) !== 0)
          break parameter;
        continue parameter;
      }
      if (code === EQ) {
        const keyEnd = keyWhitespace === -1 ? index : keyWhitespace;
        const value = header.slice(keyStart, keyEnd);
        const key = (keyFlags & CASE_FLAGS) === 0 ? value : value.toLowerCase();
        index++;
        while ((CHAR_MAP[header.charCodeAt(index)] & OWS) !== 0) {
          index++;
        }
        if (index < len && header.charCodeAt(index) === DQUOTE) {
          const quotedStart = ++index;
          let escaped = false;
          while (index < len) {
            const code = header.charCodeAt(index);
            if (code === DQUOTE) {
              if (parameters[key] === undefined) {
                parameters[key] = escaped
                  ? unescapeQuotedPairs(header, quotedStart, index)
                  : header.slice(quotedStart, index);
              }
              index++;
              let stop = 0;
              while (index < len) {
                const code = header.charCodeAt(index);
                const flags = CHAR_MAP[code];
                if ((flags & stopFlags) !== 0) {
                  stop = flags & COMMA_FLAG;
                  break;
                }
                index++;
              }
              if (stop !== 0)
                break parameter;
              continue parameter;
            }
            if (code === BSLASH && index + 1 < len) {
              escaped = true;
              index += 2;
              continue;
            }
            index++;
          }
          continue parameter;
        }
        const valueStart = index;
        let stop = 0;
        let valueWhitespace = -1;
        while (index < len) {
          const code = header.charCodeAt(index);
          const flags = CHAR_MAP[code];
          if ((flags & stopFlags) !== 0) {
            stop = flags & COMMA_FLAG;
            break;
          }
          if ((flags & OWS) !== 0) {
            if (valueWhitespace === -1)
              valueWhitespace = index;
          }
          else {
            valueWhitespace = -1;
          }
          index++;
        }
        if (parameters[key] === undefined) {
          const valueEnd = valueWhitespace === -1 ? index : valueWhitespace;
          parameters[key] = header.slice(valueStart, valueEnd);
        }
        if (stop !== 0)
          break parameter;
        continue parameter;
      }
      if ((flags & OWS) !== 0) {
        if (keyWhitespace === -1)
          keyWhitespace = index;
      }
      else {
        keyWhitespace = -1;
      }
      keyFlags |= (code & NON_ASCII) | flags;
      index++;
    }
  }
  return { type, index, parameters };
}
function unescapeQuotedPairs(str, start, end) {
  let result = "";
  for (let index = start; index < end; index++) {
    if (str.charCodeAt(index) === BSLASH) {
      result += str.slice(start, index);
      start = ++index;
    }
  }
  return result + str.slice(start, end);
}
;
const intRegex = /^-?\d+$/;
const noiseValue = /^-?\d+n+$/;
const originalStringify = JSON.stringify;
const originalParse = JSON.parse;
const customFormat = /^-?\d+n$/;
const bigIntsStringify = /([\[:])?"(-?\d+)n"($|\s*[,\}\]])/g;
const noiseStringify = /([\[:])?("-?\d+n+)n("$|"\s*[,\}\]])/g;
const isUnstringifiable = (val) =>
 val === undefined || typeof val === "function" || typeof val === "symbol";
const isRawJSON = (val) =>
 val !== null &&
 typeof val === "object" &&
 val.constructor &&
 val.constructor.name === "RawJSON";
const stringifyIteratively = (rootValue, replacer, spaceParam) => {
 let space = "";
 if (typeof spaceParam === "number") {
  space = " ".repeat(Math.min(10, Math.max(0, Math.floor(spaceParam))));
 } else if (typeof spaceParam === "string") {
  space = spaceParam.slice(0, 10);
 }
 const isFunctionReplacer = typeof replacer === "function";
 const propertyList = Array.isArray(replacer)
  ? new Set(replacer.map(String))
  : null;
 const prepareVal = (parent, key, val) => {
  const isObject = val !== null && typeof val === "object";
  const hasToJSON = isObject && typeof val.toJSON === "function";
  if (hasToJSON) {
   val = val.toJSON(key);
  }
  const isNoise = typeof val === "string" && noiseValue.test(val);
  if (isNoise) return val + "n";
  const isBigInt = typeof val === "bigint";
  if (isBigInt) {
   const supportsRawJSON = "rawJSON" in JSON;
   if (supportsRawJSON) return JSON.rawJSON(val.toString());
   return val.toString() + "n";
  }
  if (isFunctionReplacer) {
   val = replacer.call(parent, key, val);
  }
  const isPostReplacerObject = val !== null && typeof val === "object";
  if (isPostReplacerObject) {
   const isPrimitiveWrapper =
    val instanceof Number ||
    val instanceof String ||
    val instanceof Boolean;
   if (isPrimitiveWrapper) {
    val = val.valueOf();
   }
  }
  return val;
 };
 const rootProcessed = prepareVal({ "": rootValue }, "", rootValue);
 if (isUnstringifiable(rootProcessed)) {
  return undefined;
 }
 const isRootPrimitive =
  rootProcessed === null || typeof rootProcessed !== "object";
 const isRootNativeRawJSON = isRawJSON(rootProcessed);
 if (isRootPrimitive || isRootNativeRawJSON) {
  return originalStringify(rootProcessed);
 }
 const chunks = [];
 let level = 0;
 const stack = [
  {
   parent: { "": rootProcessed },
   key: "",
   val: rootProcessed,
   isArray: Array.isArray(rootProcessed),
   keys: Array.isArray(rootProcessed) ? null : Object.keys(rootProcessed),
   index: 0,
   first: true,
  },
 ];
 const visited = new WeakSet([rootProcessed]);
 while (stack.length > 0) {
  const node = stack[stack.length - 1];
  if (node.index === 0) {
   chunks.push(node.isArray ? "[" : "{");
   level++;
  }
  let isDone = false;
  if (node.isArray) {
   if (node.index < node.val.length) {
    if (!node.first) chunks.push(",");
    if (space) chunks.push("\n" + space.repeat(level));
    const childRaw = node.val[node.index];
    const childVal = prepareVal(node.val, String(node.index), childRaw);
    if (isUnstringifiable(childVal)) {
     chunks.push("null");
     node.first = false;
     node.index++;
    } else {
     const isComplexObject =
      childVal !== null && typeof childVal === "object";
     const isNativeRaw = isRawJSON(childVal);
     if (isComplexObject && !isNativeRaw) {
      if (visited.has(childVal)) {
       throw new TypeError("Converting circular structure to JSON");
      }
      visited.add(childVal);
      stack.push({
       parent: node.val,
       key: String(node.index),
       val: childVal,
       isArray: Array.isArray(childVal),
       keys: Array.isArray(childVal) ? null : Object.keys(childVal),
       index: 0,
       first: true,
      });
      node.first = false;
      node.index++;
     } else {
      chunks.push(originalStringify(childVal));
      node.first = false;
      node.index++;
     }
    }
   } else {
    isDone = true;
   }
  } else {
   while (node.index < node.keys.length) {
    const k = node.keys[node.index++];
    const isFilteredOutByArray = propertyList && !propertyList.has(k);
    if (isFilteredOutByArray) continue;
    const childRaw = node.val[k];
    const childVal = prepareVal(node.val, k, childRaw);
    if (isUnstringifiable(childVal)) continue;
    if (!node.first) chunks.push(",");
    if (space) {
     chunks.push("\n" + space.repeat(level) + originalStringify(k) + ": ");
    } else {
     chunks.push(originalStringify(k) + ":");
    }
    const isComplexObject =
     childVal !== null && typeof childVal === "object";
    const isNativeRaw = isRawJSON(childVal);
    if (isComplexObject && !isNativeRaw) {
     if (visited.has(childVal)) {
      throw new TypeError("Converting circular structure to JSON");
     }
     visited.add(childVal);
     stack.push({
      parent: node.val,
      key: k,
      val: childVal,
      isArray: Array.isArray(childVal),
      keys: Array.isArray(childVal) ? null : Object.keys(childVal),
      index: 0,
      first: true,
     });
     node.first = false;
     break;
    } else {
     chunks.push(originalStringify(childVal));
     node.first = false;
    }
   }
   const isNodeFullyProcessed =
    node.index >= node.keys.length && stack[stack.length - 1] === node;
   if (isNodeFullyProcessed) {
    isDone = true;
   }
  }
  if (isDone) {
   level--;
   if (!node.first && space) chunks.push("\n" + space.repeat(level));
   chunks.push(node.isArray ? "]" : "}");
   visited.delete(node.val);
   stack.pop();
  }
 }
 return chunks.join("");
};
const JSONStringify = (value, replacer, space) => {
 try {
  const supportsRawJSON = "rawJSON" in JSON;
  if (supportsRawJSON) {
   return originalStringify(
    value,
    (key, val) => {
     if (typeof val === "bigint") return JSON.rawJSON(val.toString());
     const hasFunctionReplacer = typeof replacer === "function";
     if (hasFunctionReplacer) return replacer(key, val);
     const isKeyInArrayReplacer =
      Array.isArray(replacer) && replacer.includes(key);
     if (isKeyInArrayReplacer) return val;
     return val;
    },
    space,
   );
  }
  if (!value) return originalStringify(value, replacer, space);
  const convertedToCustomJSON = originalStringify(
   value,
   (key, val) => {
    const isNoise = typeof val === "string" && noiseValue.test(val);
    if (isNoise) return val.toString() + "n";
    if (typeof val === "bigint") return val.toString() + "n";
    const hasFunctionReplacer = typeof replacer === "function";
    if (hasFunctionReplacer) return replacer(key, val);
    const isKeyInArrayReplacer =
     Array.isArray(replacer) && replacer.includes(key);
    if (isKeyInArrayReplacer) return val;
    return val;
   },
   space,
  );
  const processedJSON = convertedToCustomJSON.replace(
   bigIntsStringify,
   "$1$2$3",
  );
  const denoisedJSON = processedJSON.replace(noiseStringify, "$1$2$3");
  return denoisedJSON;
 } catch (error) {
  if (error instanceof RangeError) {
   const convertedJSON = stringifyIteratively(value, replacer, space);
   if (convertedJSON === undefined) return undefined;
   const supportsRawJSON = "rawJSON" in JSON;
   if (supportsRawJSON) return convertedJSON;
   const processedJSON = convertedJSON.replace(bigIntsStringify, "$1$2$3");
   return processedJSON.replace(noiseStringify, "$1$2$3");
  }
  throw error;
 }
};
const featureCache = new Map();
const isContextSourceSupported = () => {
 const parseFingerprint = JSON.parse.toString();
 if (featureCache.has(parseFingerprint)) {
  return featureCache.get(parseFingerprint);
 }
 try {
  const result = JSON.parse(
   "1",
   (_, __, context) => !!context?.source && context.source === "1",
  );
  featureCache.set(parseFingerprint, result);
  return result;
 } catch {
  featureCache.set(parseFingerprint, false);
  return false;
 }
};
const convertMarkedBigIntsReviver = (key, value, context, userReviver) => {
 const isCustomFormatBigInt =
  typeof value === "string" && customFormat.test(value);
 if (isCustomFormatBigInt) return BigInt(value.slice(0, -1));
 const isNoiseValue = typeof value === "string" && noiseValue.test(value);
 if (isNoiseValue) return value.slice(0, -1);
 const hasUserReviver = typeof userReviver === "function";
 if (!hasUserReviver) return value;
 return userReviver(key, value, context);
};
const JSONParseV2 = (text, reviver) => {
 return JSON.parse(text, (key, value, context) => {
  const isNumber = typeof value === "number";
  const isOutOfBounds =
   value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER;
  const isBigNumber = isNumber && isOutOfBounds;
  const isInt = context && intRegex.test(context.source);
  const isBigInt = isBigNumber && isInt;
  if (isBigInt) return BigInt(context.source);
  const hasCustomReviver = typeof reviver === "function";
  if (!hasCustomReviver) return value;
  return reviver(key, value, context);
 });
};
const MAX_INT = Number.MAX_SAFE_INTEGER.toString();
const MAX_DIGITS = MAX_INT.length;
const stringsOrLargeNumbers =
 /"(?:[^"\\]|\\.)*"|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/g;
const noiseValueWithQuotes = /^"-?\d+n+"$/;
const applyReviverIteratively = (parsed, userReviver) => {
 const rootHolder = { "": parsed };
 const stack = [{ parent: rootHolder, key: "", visited: false }];
 while (stack.length > 0) {
  const node = stack[stack.length - 1];
  if (!node.visited) {
   node.visited = true;
   const value = node.parent[node.key];
   const isComplexObject = value !== null && typeof value === "object";
   if (isComplexObject) {
    const keys = Object.keys(value);
    for (let i = keys.length - 1; i >= 0; i--) {
     stack.push({ parent: value, key: keys[i], visited: false });
    }
   }
  } else {
   const { parent, key } = node;
   let value = parent[key];
   if (typeof value === "string") {
    const isCustomFormatBigInt = customFormat.test(value);
    if (isCustomFormatBigInt) {
     value = BigInt(value.slice(0, -1));
    } else {
     const isNoise = noiseValue.test(value);
     if (isNoise) value = value.slice(0, -1);
    }
   }
   const hasUserReviver = typeof userReviver === "function";
   if (hasUserReviver) {
    value = userReviver.call(parent, key, value);
   }
   const isDeleted = value === undefined;
   if (isDeleted) {
    delete parent[key];
   } else {
    parent[key] = value;
   }
   stack.pop();
  }
 }
 return rootHolder[""];
};
const serializeBigInts = (text) => {
 return text.replace(
  stringsOrLargeNumbers,
  (match, digits, fractional, exponential) => {
   const isString = match[0] === '"';
   const isNoise = isString && noiseValueWithQuotes.test(match);
   if (isNoise) return match.substring(0, match.length - 1) + 'n"';
   const hasFractionalOrExponential = fractional || exponential;
   const isLessThanMaxSafeInt =
    digits &&
    (digits.length < MAX_DIGITS ||
     (digits.length === MAX_DIGITS && digits <= MAX_INT));
   const isStandardValue =
    isString || hasFractionalOrExponential || isLessThanMaxSafeInt;
   if (isStandardValue) return match;
   return '"' + match + 'n"';
  },
 );
};
const JSONParse = (text, reviver) => {
 if (!text) return originalParse(text, reviver);
 try {
  if (isContextSourceSupported()) return JSONParseV2(text, reviver);
  const serializedData = serializeBigInts(text);
  return originalParse(serializedData, (key, value, context) =>
   convertMarkedBigIntsReviver(key, value, context, reviver),
  );
 } catch (error) {
  if (error instanceof RangeError) {
   const serializedData = serializeBigInts(text);
   const parsed = originalParse(serializedData);
   return applyReviverIteratively(parsed, reviver);
  }
  throw error;
 }
};
;
class RequestError extends Error {
 name;
 status;
 request;
 response;
 constructor(message, statusCode, options) {
  super(message, { cause: options.cause });
  this.name = "HttpError";
  this.status = Number.parseInt(statusCode);
  if (Number.isNaN(this.status)) {
   this.status = 0;
  }
  /* v8 ignore else -- @preserve -- Bug with vitest coverage where it sees an else branch that doesn't exist */
  if ("response" in options) {
   this.response = options.response;
  }
  const requestCopy = Object.assign({}, options.request);
  if (options.request.headers.authorization) {
   requestCopy.headers = Object.assign({}, options.request.headers, {
    authorization: options.request.headers.authorization.replace(
     /(?<! ) .*$/,
     " [REDACTED]"
    )
   });
  }
  requestCopy.url = requestCopy.url.replace(/\bclient_secret=\w+/g, "client_secret=[REDACTED]").replace(/\baccess_token=\w+/g, "access_token=[REDACTED]");
  this.request = requestCopy;
 }
}
;
var dist_bundle_VERSION = "10.0.16";
var defaults_default = {
 headers: {
  "user-agent": `octokit-request.js/${dist_bundle_VERSION} ${getUserAgent()}`
 }
};
function dist_bundle_isPlainObject(value) {
 if (typeof value !== "object" || value === null) return false;
 if (Object.prototype.toString.call(value) !== "[object Object]") return false;
 const proto = Object.getPrototypeOf(value);
 if (proto === null) return true;
 const Ctor = Object.prototype.hasOwnProperty.call(proto, "constructor") && proto.constructor;
 return typeof Ctor === "function" && Ctor instanceof Ctor && Function.prototype.call(Ctor) === Function.prototype.call(value);
}
var noop = () => "";
async function fetchWrapper(requestOptions) {
 const fetch = requestOptions.request?.fetch || globalThis.fetch;
 if (!fetch) {
  throw new Error(
   "fetch is not set. Please pass a fetch implementation as new Octokit({ request: { fetch }}). Learn more at https://github.com/octokit/octokit.js/#fetch-missing"
  );
 }
 const log = requestOptions.request?.log || console;
 const parseSuccessResponseBody = requestOptions.request?.parseSuccessResponseBody !== false;
 const body = dist_bundle_isPlainObject(requestOptions.body) || Array.isArray(requestOptions.body) ? JSONStringify(requestOptions.body) : requestOptions.body;
 const requestHeaders = Object.fromEntries(
  Object.entries(requestOptions.headers).map(([name, value]) => [
   name,
   String(value)
  ])
 );
 let fetchResponse;
 try {
  fetchResponse = await fetch(requestOptions.url, {
   method: requestOptions.method,
   body,
   redirect: requestOptions.request?.redirect,
   headers: requestHeaders,
   signal: requestOptions.request?.signal,
   ...requestOptions.body && { duplex: "half" }
  });
 } catch (error) {
  let message = "Unknown Error";
  if (error instanceof Error) {
   if (error.name === "AbortError") {
    error.status = 500;
    throw error;
   }
   message = error.message;
   if (error.name === "TypeError" && "cause" in error) {
    if (error.cause instanceof Error) {
     message = error.cause.message;
    } else if (typeof error.cause === "string") {
     message = error.cause;
    }
   }
  }
  const requestError = new RequestError(message, 500, {
   request: requestOptions
  });
  requestError.cause = error;
  throw requestError;
 }
 const status = fetchResponse.status;
 const url = fetchResponse.url;
 const responseHeaders = {};
 for (const [key, value] of fetchResponse.headers) {
  responseHeaders[key] = value;
 }
 const octokitResponse = {
  url,
  status,
  headers: responseHeaders,
  data: ""
 };
 if ("deprecation" in responseHeaders) {
  const matches = responseHeaders.link && responseHeaders.link.match(/<([^<>]+)>; rel="deprecation"/);
  const deprecationLink = matches && matches.pop();
  log.warn(
   `[@octokit/request] "${requestOptions.method} ${requestOptions.url}" is deprecated. It is scheduled to be removed on ${responseHeaders.sunset}${deprecationLink ? `. See ${deprecationLink}` : ""}`
  );
 }
 if (status === 204 || status === 205) {
  return octokitResponse;
 }
 if (requestOptions.method === "HEAD") {
  if (status < 400) {
   return octokitResponse;
  }
  throw new RequestError(fetchResponse.statusText, status, {
   response: octokitResponse,
   request: requestOptions
  });
 }
 if (status === 304) {
  octokitResponse.data = await getResponseData(fetchResponse);
  throw new RequestError("Not modified", status, {
   response: octokitResponse,
   request: requestOptions
  });
 }
 if (status >= 400) {
  octokitResponse.data = await getResponseData(fetchResponse);
  throw new RequestError(toErrorMessage(octokitResponse.data), status, {
   response: octokitResponse,
   request: requestOptions
  });
 }
 octokitResponse.data = parseSuccessResponseBody ? await getResponseData(fetchResponse) : fetchResponse.body;
 return octokitResponse;
}
async function getResponseData(response) {
 const contentType = response.headers.get("content-type");
 if (!contentType) {
  return response.text().catch(noop);
 }
 const mimetype = dist_parse(contentType);
 if (isJSONResponse(mimetype)) {
  let text = "";
  try {
   text = await response.text();
   return JSONParse(text);
  } catch (err) {
   return text;
  }
 } else if (mimetype.type.startsWith("text/") ||
 mimetype.parameters.charset?.toLowerCase() === "utf-8" && mimetype.type !== "application/octet-stream") {
  return response.text().catch(noop);
 } else {
  return response.arrayBuffer().catch(
   /* v8 ignore next -- @preserve */
   () => new ArrayBuffer(0)
  );
 }
}
function isJSONResponse(mimetype) {
 return mimetype.type === "application/json" || mimetype.type === "application/scim+json";
}
function toErrorMessage(data) {
 if (typeof data === "string") {
  return data;
 }
 if (data instanceof ArrayBuffer) {
  return "Unknown error";
 }
 if (typeof data === "object" && data !== null && "message" in data) {
  const objectData = data;
  const suffix = "documentation_url" in objectData ? ` - ${objectData.documentation_url}` : "";
  return Array.isArray(objectData.errors) ? `${objectData.message}: ${objectData.errors.map((v) => JSON.stringify(v)).join(", ")}${suffix}` : `${objectData.message}${suffix}`;
 }
 return `Unknown error: ${JSON.stringify(data)}`;
}
function dist_bundle_withDefaults(oldEndpoint, newDefaults) {
 const endpoint2 = oldEndpoint.defaults(newDefaults);
 const newApi = function(route, parameters) {
  const endpointOptions = endpoint2.merge(route, parameters);
  if (!endpointOptions.request || !endpointOptions.request.hook) {
   return fetchWrapper(endpoint2.parse(endpointOptions));
  }
  const request2 = (route2, parameters2) => {
   return fetchWrapper(
    endpoint2.parse(endpoint2.merge(route2, parameters2))
   );
  };
  Object.assign(request2, {
   endpoint: endpoint2,
   defaults: dist_bundle_withDefaults.bind(null, endpoint2)
  });
  return endpointOptions.request.hook(request2, endpointOptions);
 };
 return Object.assign(newApi, {
  endpoint: endpoint2,
  defaults: dist_bundle_withDefaults.bind(null, endpoint2)
 });
}
var request = dist_bundle_withDefaults(endpoint, defaults_default);
/* v8 ignore next -- @preserve */
/* v8 ignore else -- @preserve */
;
var graphql_dist_bundle_VERSION = "0.0.0-development";
function _buildMessageForResponseErrors(data) {
 return `Request failed due to following response errors:
` + data.errors.map((e) => ` - ${e.message}`).join("\n");
}
var GraphqlResponseError = class extends Error {
 constructor(request2, headers, response) {
  super(_buildMessageForResponseErrors(response));
  this.request = request2;
  this.headers = headers;
  this.response = response;
  this.errors = response.errors;
  this.data = response.data;
  if (Error.captureStackTrace) {
   Error.captureStackTrace(this, this.constructor);
  }
 }
 request;
 headers;
 response;
 name = "GraphqlResponseError";
 errors;
 data;
};
var NON_VARIABLE_OPTIONS = [
 "method",
 "baseUrl",
 "url",
 "headers",
 "request",
 "query",
 "mediaType",
 "operationName"
];
var FORBIDDEN_VARIABLE_OPTIONS = ["query", "method", "url"];
var GHES_V3_SUFFIX_REGEX = /\/api\/v3\/?$/;
function graphql(request2, query, options) {
 if (options) {
  if (typeof query === "string" && "query" in options) {
   return Promise.reject(
    new Error(`[@octokit/graphql] "query" cannot be used as variable name`)
   );
  }
  for (const key in options) {
   if (!FORBIDDEN_VARIABLE_OPTIONS.includes(key)) continue;
   return Promise.reject(
    new Error(
     `[@octokit/graphql] "${key}" cannot be used as variable name`
    )
   );
  }
 }
 const parsedOptions = typeof query === "string" ? Object.assign({ query }, options) : query;
 const requestOptions = Object.keys(
  parsedOptions
 ).reduce((result, key) => {
  if (NON_VARIABLE_OPTIONS.includes(key)) {
   result[key] = parsedOptions[key];
   return result;
  }
  if (!result.variables) {
   result.variables = {};
  }
  result.variables[key] = parsedOptions[key];
  return result;
 }, {});
 const baseUrl = parsedOptions.baseUrl || request2.endpoint.DEFAULTS.baseUrl;
 if (GHES_V3_SUFFIX_REGEX.test(baseUrl)) {
  requestOptions.url = baseUrl.replace(GHES_V3_SUFFIX_REGEX, "/api/graphql");
 }
 return request2(requestOptions).then((response) => {
  if (response.data.errors) {
   const headers = {};
   for (const key of Object.keys(response.headers)) {
    headers[key] = response.headers[key];
   }
   throw new GraphqlResponseError(
    requestOptions,
    headers,
    response.data
   );
  }
  return response.data.data;
 });
}
function graphql_dist_bundle_withDefaults(request2, newDefaults) {
 const newRequest = request2.defaults(newDefaults);
 const newApi = (query, options) => {
  return graphql(newRequest, query, options);
 };
 return Object.assign(newApi, {
  defaults: graphql_dist_bundle_withDefaults.bind(null, newRequest),
  endpoint: newRequest.endpoint
 });
}
var graphql2 = graphql_dist_bundle_withDefaults(request, {
 headers: {
  "user-agent": `octokit-graphql.js/${graphql_dist_bundle_VERSION} ${getUserAgent()}`
 },
 method: "POST",
 url: "/graphql"
});
function withCustomRequest(customRequest) {
 return graphql_dist_bundle_withDefaults(customRequest, {
  method: "POST",
  url: "/graphql"
 });
}
/* v8 ignore if -- @preserve */
;
var b64url = "(?:[a-zA-Z0-9_-]+)";
var sep = "\\.";
var jwtRE = new RegExp(`^${b64url}${sep}${b64url}${sep}${b64url}$`);
var isJWT = jwtRE.test.bind(jwtRE);
async function auth(token) {
 const isApp = isJWT(token);
 const isInstallation = token.startsWith("v1.") || token.startsWith("ghs_");
 const isUserToServer = token.startsWith("ghu_");
 const tokenType = isApp ? "app" : isInstallation ? "installation" : isUserToServer ? "user-to-server" : "oauth";
 return {
  type: "token",
  token,
  tokenType
 };
}
function withAuthorizationPrefix(token) {
 if (token.split(/\./).length === 3) {
  return `bearer ${token}`;
 }
 return `token ${token}`;
}
async function hook(token, request, route, parameters) {
 const endpoint = request.endpoint.merge(
  route,
  parameters
 );
 endpoint.headers.authorization = withAuthorizationPrefix(token);
 return request(endpoint);
}
var createTokenAuth = function createTokenAuth2(token) {
 if (!token) {
  throw new Error("[@octokit/auth-token] No token passed to createTokenAuth");
 }
 if (typeof token !== "string") {
  throw new Error(
   "[@octokit/auth-token] Token passed to createTokenAuth is not a string"
  );
 }
 token = token.replace(/^(token|bearer) +/i, "");
 return Object.assign(auth.bind(null, token), {
  hook: hook.bind(null, token)
 });
};
;
const version_VERSION = "7.0.8";
;
const dist_src_noop = () => {
};
const consoleWarn = console.warn.bind(console);
const consoleError = console.error.bind(console);
function createLogger(logger = {}) {
 if (typeof logger.debug !== "function") {
  logger.debug = dist_src_noop;
 }
 if (typeof logger.info !== "function") {
  logger.info = dist_src_noop;
 }
 if (typeof logger.warn !== "function") {
  logger.warn = consoleWarn;
 }
 if (typeof logger.error !== "function") {
  logger.error = consoleError;
 }
 return logger;
}
const userAgentTrail = `octokit-core.js/${version_VERSION} ${getUserAgent()}`;
class Octokit {
 static VERSION = version_VERSION;
 static defaults(defaults) {
  const OctokitWithDefaults = class extends this {
   constructor(...args) {
    const options = args[0] || {};
    if (typeof defaults === "function") {
     super(defaults(options));
     return;
    }
    super(
     Object.assign(
      {},
      defaults,
      options,
      options.userAgent && defaults.userAgent ? {
       userAgent: `${options.userAgent} ${defaults.userAgent}`
      } : null
     )
    );
   }
  };
  return OctokitWithDefaults;
 }
 static plugins = [];
 static plugin(...newPlugins) {
  const currentPlugins = this.plugins;
  const NewOctokit = class extends this {
   static plugins = currentPlugins.concat(
    newPlugins.filter((plugin) => !currentPlugins.includes(plugin))
   );
  };
  return NewOctokit;
 }
 constructor(options = {}) {
  const hook = new before_after_hook.Collection();
  const requestDefaults = {
   baseUrl: request.endpoint.DEFAULTS.baseUrl,
   headers: {},
   request: Object.assign({}, options.request, {
    hook: hook.bind(null, "request")
   }),
   mediaType: {
    previews: [],
    format: ""
   }
  };
  requestDefaults.headers["user-agent"] = options.userAgent ? `${options.userAgent} ${userAgentTrail}` : userAgentTrail;
  if (options.baseUrl) {
   requestDefaults.baseUrl = options.baseUrl;
  }
  if (options.previews) {
   requestDefaults.mediaType.previews = options.previews;
  }
  if (options.timeZone) {
   requestDefaults.headers["time-zone"] = options.timeZone;
  }
  this.request = request.defaults(requestDefaults);
  this.graphql = withCustomRequest(this.request).defaults(requestDefaults);
  this.log = createLogger(options.log);
  this.hook = hook;
  if (!options.authStrategy) {
   if (!options.auth) {
    this.auth = async () => ({
     type: "unauthenticated"
    });
   } else {
    const auth = createTokenAuth(options.auth);
    hook.wrap("request", auth.hook);
    this.auth = auth;
   }
  } else {
   const { authStrategy, ...otherOptions } = options;
   const auth = authStrategy(
    Object.assign(
     {
      request: this.request,
      log: this.log,
      octokit: this,
      octokitOptions: otherOptions
     },
     options.auth
    )
   );
   hook.wrap("request", auth.hook);
   this.auth = auth;
  }
  const classConstructor = this.constructor;
  for (let i = 0; i < classConstructor.plugins.length; ++i) {
   Object.assign(this, classConstructor.plugins[i](this, options));
  }
 }
 request;
 graphql;
 log;
 hook;
 auth;
}
;
const dist_src_version_VERSION = "17.0.0";
;
const Endpoints = {
 actions: {
  addCustomLabelsToSelfHostedRunnerForOrg: [
   "POST /orgs/{org}/actions/runners/{runner_id}/labels"
  ],
  addCustomLabelsToSelfHostedRunnerForRepo: [
   "POST /repos/{owner}/{repo}/actions/runners/{runner_id}/labels"
  ],
  addRepoAccessToSelfHostedRunnerGroupInOrg: [
   "PUT /orgs/{org}/actions/runner-groups/{runner_group_id}/repositories/{repository_id}"
  ],
  addSelectedRepoToOrgSecret: [
   "PUT /orgs/{org}/actions/secrets/{secret_name}/repositories/{repository_id}"
  ],
  addSelectedRepoToOrgVariable: [
   "PUT /orgs/{org}/actions/variables/{name}/repositories/{repository_id}"
  ],
  approveWorkflowRun: [
   "POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve"
  ],
  cancelWorkflowRun: [
   "POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel"
  ],
  createEnvironmentVariable: [
   "POST /repos/{owner}/{repo}/environments/{environment_name}/variables"
  ],
  createHostedRunnerForOrg: ["POST /orgs/{org}/actions/hosted-runners"],
  createOrUpdateEnvironmentSecret: [
   "PUT /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}"
  ],
  createOrUpdateOrgSecret: ["PUT /orgs/{org}/actions/secrets/{secret_name}"],
  createOrUpdateRepoSecret: [
   "PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}"
  ],
  createOrgVariable: ["POST /orgs/{org}/actions/variables"],
  createRegistrationTokenForOrg: [
   "POST /orgs/{org}/actions/runners/registration-token"
  ],
  createRegistrationTokenForRepo: [
   "POST /repos/{owner}/{repo}/actions/runners/registration-token"
  ],
  createRemoveTokenForOrg: ["POST /orgs/{org}/actions/runners/remove-token"],
  createRemoveTokenForRepo: [
   "POST /repos/{owner}/{repo}/actions/runners/remove-token"
  ],
  createRepoVariable: ["POST /repos/{owner}/{repo}/actions/variables"],
  createWorkflowDispatch: [
   "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches"
  ],
  deleteActionsCacheById: [
   "DELETE /repos/{owner}/{repo}/actions/caches/{cache_id}"
  ],
  deleteActionsCacheByKey: [
   "DELETE /repos/{owner}/{repo}/actions/caches{?key,ref}"
  ],
  deleteArtifact: [
   "DELETE /repos/{owner}/{repo}/actions/artifacts/{artifact_id}"
  ],
  deleteCustomImageFromOrg: [
   "DELETE /orgs/{org}/actions/hosted-runners/images/custom/{image_definition_id}"
  ],
  deleteCustomImageVersionFromOrg: [
   "DELETE /orgs/{org}/actions/hosted-runners/images/custom/{image_definition_id}/versions/{version}"
  ],
  deleteEnvironmentSecret: [
   "DELETE /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}"
  ],
  deleteEnvironmentVariable: [
   "DELETE /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}"
  ],
  deleteHostedRunnerForOrg: [
   "DELETE /orgs/{org}/actions/hosted-runners/{hosted_runner_id}"
  ],
  deleteOrgSecret: ["DELETE /orgs/{org}/actions/secrets/{secret_name}"],
  deleteOrgVariable: ["DELETE /orgs/{org}/actions/variables/{name}"],
  deleteRepoSecret: [
   "DELETE /repos/{owner}/{repo}/actions/secrets/{secret_name}"
  ],
  deleteRepoVariable: [
   "DELETE /repos/{owner}/{repo}/actions/variables/{name}"
  ],
  deleteSelfHostedRunnerFromOrg: [
   "DELETE /orgs/{org}/actions/runners/{runner_id}"
  ],
  deleteSelfHostedRunnerFromRepo: [
   "DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}"
  ],
  deleteWorkflowRun: ["DELETE /repos/{owner}/{repo}/actions/runs/{run_id}"],
  deleteWorkflowRunLogs: [
   "DELETE /repos/{owner}/{repo}/actions/runs/{run_id}/logs"
  ],
  disableSelectedRepositoryGithubActionsOrganization: [
   "DELETE /orgs/{org}/actions/permissions/repositories/{repository_id}"
  ],
  disableWorkflow: [
   "PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable"
  ],
  downloadArtifact: [
   "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}"
  ],
  downloadJobLogsForWorkflowRun: [
   "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs"
  ],
  downloadWorkflowRunAttemptLogs: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/logs"
  ],
  downloadWorkflowRunLogs: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/logs"
  ],
  enableSelectedRepositoryGithubActionsOrganization: [
   "PUT /orgs/{org}/actions/permissions/repositories/{repository_id}"
  ],
  enableWorkflow: [
   "PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable"
  ],
  forceCancelWorkflowRun: [
   "POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel"
  ],
  generateRunnerJitconfigForOrg: [
   "POST /orgs/{org}/actions/runners/generate-jitconfig"
  ],
  generateRunnerJitconfigForRepo: [
   "POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig"
  ],
  getActionsCacheList: ["GET /repos/{owner}/{repo}/actions/caches"],
  getActionsCacheUsage: ["GET /repos/{owner}/{repo}/actions/cache/usage"],
  getActionsCacheUsageByRepoForOrg: [
   "GET /orgs/{org}/actions/cache/usage-by-repository"
  ],
  getActionsCacheUsageForOrg: ["GET /orgs/{org}/actions/cache/usage"],
  getAllowedActionsOrganization: [
   "GET /orgs/{org}/actions/permissions/selected-actions"
  ],
  getAllowedActionsRepository: [
   "GET /repos/{owner}/{repo}/actions/permissions/selected-actions"
  ],
  getArtifact: ["GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}"],
  getCustomImageForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/images/custom/{image_definition_id}"
  ],
  getCustomImageVersionForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/images/custom/{image_definition_id}/versions/{version}"
  ],
  getCustomOidcSubClaimForRepo: [
   "GET /repos/{owner}/{repo}/actions/oidc/customization/sub"
  ],
  getEnvironmentPublicKey: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key"
  ],
  getEnvironmentSecret: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}"
  ],
  getEnvironmentVariable: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}"
  ],
  getGithubActionsDefaultWorkflowPermissionsOrganization: [
   "GET /orgs/{org}/actions/permissions/workflow"
  ],
  getGithubActionsDefaultWorkflowPermissionsRepository: [
   "GET /repos/{owner}/{repo}/actions/permissions/workflow"
  ],
  getGithubActionsPermissionsOrganization: [
   "GET /orgs/{org}/actions/permissions"
  ],
  getGithubActionsPermissionsRepository: [
   "GET /repos/{owner}/{repo}/actions/permissions"
  ],
  getHostedRunnerForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/{hosted_runner_id}"
  ],
  getHostedRunnersGithubOwnedImagesForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/images/github-owned"
  ],
  getHostedRunnersLimitsForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/limits"
  ],
  getHostedRunnersMachineSpecsForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/machine-sizes"
  ],
  getHostedRunnersPartnerImagesForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/images/partner"
  ],
  getHostedRunnersPlatformsForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/platforms"
  ],
  getJobForWorkflowRun: ["GET /repos/{owner}/{repo}/actions/jobs/{job_id}"],
  getOrgPublicKey: ["GET /orgs/{org}/actions/secrets/public-key"],
  getOrgSecret: ["GET /orgs/{org}/actions/secrets/{secret_name}"],
  getOrgVariable: ["GET /orgs/{org}/actions/variables/{name}"],
  getPendingDeploymentsForRun: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments"
  ],
  getRepoPermissions: [
   "GET /repos/{owner}/{repo}/actions/permissions",
   {},
   { renamed: ["actions", "getGithubActionsPermissionsRepository"] }
  ],
  getRepoPublicKey: ["GET /repos/{owner}/{repo}/actions/secrets/public-key"],
  getRepoSecret: ["GET /repos/{owner}/{repo}/actions/secrets/{secret_name}"],
  getRepoVariable: ["GET /repos/{owner}/{repo}/actions/variables/{name}"],
  getReviewsForRun: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals"
  ],
  getSelfHostedRunnerForOrg: ["GET /orgs/{org}/actions/runners/{runner_id}"],
  getSelfHostedRunnerForRepo: [
   "GET /repos/{owner}/{repo}/actions/runners/{runner_id}"
  ],
  getWorkflow: ["GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}"],
  getWorkflowAccessToRepository: [
   "GET /repos/{owner}/{repo}/actions/permissions/access"
  ],
  getWorkflowRun: ["GET /repos/{owner}/{repo}/actions/runs/{run_id}"],
  getWorkflowRunAttempt: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}"
  ],
  getWorkflowRunUsage: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/timing"
  ],
  getWorkflowUsage: [
   "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/timing"
  ],
  listArtifactsForRepo: ["GET /repos/{owner}/{repo}/actions/artifacts"],
  listCustomImageVersionsForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/images/custom/{image_definition_id}/versions"
  ],
  listCustomImagesForOrg: [
   "GET /orgs/{org}/actions/hosted-runners/images/custom"
  ],
  listEnvironmentSecrets: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets"
  ],
  listEnvironmentVariables: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/variables"
  ],
  listGithubHostedRunnersInGroupForOrg: [
   "GET /orgs/{org}/actions/runner-groups/{runner_group_id}/hosted-runners"
  ],
  listHostedRunnersForOrg: ["GET /orgs/{org}/actions/hosted-runners"],
  listJobsForWorkflowRun: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs"
  ],
  listJobsForWorkflowRunAttempt: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs"
  ],
  listLabelsForSelfHostedRunnerForOrg: [
   "GET /orgs/{org}/actions/runners/{runner_id}/labels"
  ],
  listLabelsForSelfHostedRunnerForRepo: [
   "GET /repos/{owner}/{repo}/actions/runners/{runner_id}/labels"
  ],
  listOrgSecrets: ["GET /orgs/{org}/actions/secrets"],
  listOrgVariables: ["GET /orgs/{org}/actions/variables"],
  listRepoOrganizationSecrets: [
   "GET /repos/{owner}/{repo}/actions/organization-secrets"
  ],
  listRepoOrganizationVariables: [
   "GET /repos/{owner}/{repo}/actions/organization-variables"
  ],
  listRepoSecrets: ["GET /repos/{owner}/{repo}/actions/secrets"],
  listRepoVariables: ["GET /repos/{owner}/{repo}/actions/variables"],
  listRepoWorkflows: ["GET /repos/{owner}/{repo}/actions/workflows"],
  listRunnerApplicationsForOrg: ["GET /orgs/{org}/actions/runners/downloads"],
  listRunnerApplicationsForRepo: [
   "GET /repos/{owner}/{repo}/actions/runners/downloads"
  ],
  listSelectedReposForOrgSecret: [
   "GET /orgs/{org}/actions/secrets/{secret_name}/repositories"
  ],
  listSelectedReposForOrgVariable: [
   "GET /orgs/{org}/actions/variables/{name}/repositories"
  ],
  listSelectedRepositoriesEnabledGithubActionsOrganization: [
   "GET /orgs/{org}/actions/permissions/repositories"
  ],
  listSelfHostedRunnersForOrg: ["GET /orgs/{org}/actions/runners"],
  listSelfHostedRunnersForRepo: ["GET /repos/{owner}/{repo}/actions/runners"],
  listWorkflowRunArtifacts: [
   "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts"
  ],
  listWorkflowRuns: [
   "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs"
  ],
  listWorkflowRunsForRepo: ["GET /repos/{owner}/{repo}/actions/runs"],
  reRunJobForWorkflowRun: [
   "POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun"
  ],
  reRunWorkflow: ["POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun"],
  reRunWorkflowFailedJobs: [
   "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs"
  ],
  removeAllCustomLabelsFromSelfHostedRunnerForOrg: [
   "DELETE /orgs/{org}/actions/runners/{runner_id}/labels"
  ],
  removeAllCustomLabelsFromSelfHostedRunnerForRepo: [
   "DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}/labels"
  ],
  removeCustomLabelFromSelfHostedRunnerForOrg: [
   "DELETE /orgs/{org}/actions/runners/{runner_id}/labels/{name}"
  ],
  removeCustomLabelFromSelfHostedRunnerForRepo: [
   "DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}/labels/{name}"
  ],
  removeSelectedRepoFromOrgSecret: [
   "DELETE /orgs/{org}/actions/secrets/{secret_name}/repositories/{repository_id}"
  ],
  removeSelectedRepoFromOrgVariable: [
   "DELETE /orgs/{org}/actions/variables/{name}/repositories/{repository_id}"
  ],
  reviewCustomGatesForRun: [
   "POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule"
  ],
  reviewPendingDeploymentsForRun: [
   "POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments"
  ],
  setAllowedActionsOrganization: [
   "PUT /orgs/{org}/actions/permissions/selected-actions"
  ],
  setAllowedActionsRepository: [
   "PUT /repos/{owner}/{repo}/actions/permissions/selected-actions"
  ],
  setCustomLabelsForSelfHostedRunnerForOrg: [
   "PUT /orgs/{org}/actions/runners/{runner_id}/labels"
  ],
  setCustomLabelsForSelfHostedRunnerForRepo: [
   "PUT /repos/{owner}/{repo}/actions/runners/{runner_id}/labels"
  ],
  setCustomOidcSubClaimForRepo: [
   "PUT /repos/{owner}/{repo}/actions/oidc/customization/sub"
  ],
  setGithubActionsDefaultWorkflowPermissionsOrganization: [
   "PUT /orgs/{org}/actions/permissions/workflow"
  ],
  setGithubActionsDefaultWorkflowPermissionsRepository: [
   "PUT /repos/{owner}/{repo}/actions/permissions/workflow"
  ],
  setGithubActionsPermissionsOrganization: [
   "PUT /orgs/{org}/actions/permissions"
  ],
  setGithubActionsPermissionsRepository: [
   "PUT /repos/{owner}/{repo}/actions/permissions"
  ],
  setSelectedReposForOrgSecret: [
   "PUT /orgs/{org}/actions/secrets/{secret_name}/repositories"
  ],
  setSelectedReposForOrgVariable: [
   "PUT /orgs/{org}/actions/variables/{name}/repositories"
  ],
  setSelectedRepositoriesEnabledGithubActionsOrganization: [
   "PUT /orgs/{org}/actions/permissions/repositories"
  ],
  setWorkflowAccessToRepository: [
   "PUT /repos/{owner}/{repo}/actions/permissions/access"
  ],
  updateEnvironmentVariable: [
   "PATCH /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}"
  ],
  updateHostedRunnerForOrg: [
   "PATCH /orgs/{org}/actions/hosted-runners/{hosted_runner_id}"
  ],
  updateOrgVariable: ["PATCH /orgs/{org}/actions/variables/{name}"],
  updateRepoVariable: [
   "PATCH /repos/{owner}/{repo}/actions/variables/{name}"
  ]
 },
 activity: {
  checkRepoIsStarredByAuthenticatedUser: ["GET /user/starred/{owner}/{repo}"],
  deleteRepoSubscription: ["DELETE /repos/{owner}/{repo}/subscription"],
  deleteThreadSubscription: [
   "DELETE /notifications/threads/{thread_id}/subscription"
  ],
  getFeeds: ["GET /feeds"],
  getRepoSubscription: ["GET /repos/{owner}/{repo}/subscription"],
  getThread: ["GET /notifications/threads/{thread_id}"],
  getThreadSubscriptionForAuthenticatedUser: [
   "GET /notifications/threads/{thread_id}/subscription"
  ],
  listEventsForAuthenticatedUser: ["GET /users/{username}/events"],
  listNotificationsForAuthenticatedUser: ["GET /notifications"],
  listOrgEventsForAuthenticatedUser: [
   "GET /users/{username}/events/orgs/{org}"
  ],
  listPublicEvents: ["GET /events"],
  listPublicEventsForRepoNetwork: ["GET /networks/{owner}/{repo}/events"],
  listPublicEventsForUser: ["GET /users/{username}/events/public"],
  listPublicOrgEvents: ["GET /orgs/{org}/events"],
  listReceivedEventsForUser: ["GET /users/{username}/received_events"],
  listReceivedPublicEventsForUser: [
   "GET /users/{username}/received_events/public"
  ],
  listRepoEvents: ["GET /repos/{owner}/{repo}/events"],
  listRepoNotificationsForAuthenticatedUser: [
   "GET /repos/{owner}/{repo}/notifications"
  ],
  listReposStarredByAuthenticatedUser: ["GET /user/starred"],
  listReposStarredByUser: ["GET /users/{username}/starred"],
  listReposWatchedByUser: ["GET /users/{username}/subscriptions"],
  listStargazersForRepo: ["GET /repos/{owner}/{repo}/stargazers"],
  listWatchedReposForAuthenticatedUser: ["GET /user/subscriptions"],
  listWatchersForRepo: ["GET /repos/{owner}/{repo}/subscribers"],
  markNotificationsAsRead: ["PUT /notifications"],
  markRepoNotificationsAsRead: ["PUT /repos/{owner}/{repo}/notifications"],
  markThreadAsDone: ["DELETE /notifications/threads/{thread_id}"],
  markThreadAsRead: ["PATCH /notifications/threads/{thread_id}"],
  setRepoSubscription: ["PUT /repos/{owner}/{repo}/subscription"],
  setThreadSubscription: [
   "PUT /notifications/threads/{thread_id}/subscription"
  ],
  starRepoForAuthenticatedUser: ["PUT /user/starred/{owner}/{repo}"],
  unstarRepoForAuthenticatedUser: ["DELETE /user/starred/{owner}/{repo}"]
 },
 apps: {
  addRepoToInstallation: [
   "PUT /user/installations/{installation_id}/repositories/{repository_id}",
   {},
   { renamed: ["apps", "addRepoToInstallationForAuthenticatedUser"] }
  ],
  addRepoToInstallationForAuthenticatedUser: [
   "PUT /user/installations/{installation_id}/repositories/{repository_id}"
  ],
  checkToken: ["POST /applications/{client_id}/token"],
  createFromManifest: ["POST /app-manifests/{code}/conversions"],
  createInstallationAccessToken: [
   "POST /app/installations/{installation_id}/access_tokens"
  ],
  deleteAuthorization: ["DELETE /applications/{client_id}/grant"],
  deleteInstallation: ["DELETE /app/installations/{installation_id}"],
  deleteToken: ["DELETE /applications/{client_id}/token"],
  getAuthenticated: ["GET /app"],
  getBySlug: ["GET /apps/{app_slug}"],
  getInstallation: ["GET /app/installations/{installation_id}"],
  getOrgInstallation: ["GET /orgs/{org}/installation"],
  getRepoInstallation: ["GET /repos/{owner}/{repo}/installation"],
  getSubscriptionPlanForAccount: [
   "GET /marketplace_listing/accounts/{account_id}"
  ],
  getSubscriptionPlanForAccountStubbed: [
   "GET /marketplace_listing/stubbed/accounts/{account_id}"
  ],
  getUserInstallation: ["GET /users/{username}/installation"],
  getWebhookConfigForApp: ["GET /app/hook/config"],
  getWebhookDelivery: ["GET /app/hook/deliveries/{delivery_id}"],
  listAccountsForPlan: ["GET /marketplace_listing/plans/{plan_id}/accounts"],
  listAccountsForPlanStubbed: [
   "GET /marketplace_listing/stubbed/plans/{plan_id}/accounts"
  ],
  listInstallationReposForAuthenticatedUser: [
   "GET /user/installations/{installation_id}/repositories"
  ],
  listInstallationRequestsForAuthenticatedApp: [
   "GET /app/installation-requests"
  ],
  listInstallations: ["GET /app/installations"],
  listInstallationsForAuthenticatedUser: ["GET /user/installations"],
  listPlans: ["GET /marketplace_listing/plans"],
  listPlansStubbed: ["GET /marketplace_listing/stubbed/plans"],
  listReposAccessibleToInstallation: ["GET /installation/repositories"],
  listSubscriptionsForAuthenticatedUser: ["GET /user/marketplace_purchases"],
  listSubscriptionsForAuthenticatedUserStubbed: [
   "GET /user/marketplace_purchases/stubbed"
  ],
  listWebhookDeliveries: ["GET /app/hook/deliveries"],
  redeliverWebhookDelivery: [
   "POST /app/hook/deliveries/{delivery_id}/attempts"
  ],
  removeRepoFromInstallation: [
   "DELETE /user/installations/{installation_id}/repositories/{repository_id}",
   {},
   { renamed: ["apps", "removeRepoFromInstallationForAuthenticatedUser"] }
  ],
  removeRepoFromInstallationForAuthenticatedUser: [
   "DELETE /user/installations/{installation_id}/repositories/{repository_id}"
  ],
  resetToken: ["PATCH /applications/{client_id}/token"],
  revokeInstallationAccessToken: ["DELETE /installation/token"],
  scopeToken: ["POST /applications/{client_id}/token/scoped"],
  suspendInstallation: ["PUT /app/installations/{installation_id}/suspended"],
  unsuspendInstallation: [
   "DELETE /app/installations/{installation_id}/suspended"
  ],
  updateWebhookConfigForApp: ["PATCH /app/hook/config"]
 },
 billing: {
  getGithubActionsBillingOrg: ["GET /orgs/{org}/settings/billing/actions"],
  getGithubActionsBillingUser: [
   "GET /users/{username}/settings/billing/actions"
  ],
  getGithubBillingPremiumRequestUsageReportOrg: [
   "GET /organizations/{org}/settings/billing/premium_request/usage"
  ],
  getGithubBillingPremiumRequestUsageReportUser: [
   "GET /users/{username}/settings/billing/premium_request/usage"
  ],
  getGithubBillingUsageReportOrg: [
   "GET /organizations/{org}/settings/billing/usage"
  ],
  getGithubBillingUsageReportUser: [
   "GET /users/{username}/settings/billing/usage"
  ],
  getGithubPackagesBillingOrg: ["GET /orgs/{org}/settings/billing/packages"],
  getGithubPackagesBillingUser: [
   "GET /users/{username}/settings/billing/packages"
  ],
  getSharedStorageBillingOrg: [
   "GET /orgs/{org}/settings/billing/shared-storage"
  ],
  getSharedStorageBillingUser: [
   "GET /users/{username}/settings/billing/shared-storage"
  ]
 },
 campaigns: {
  createCampaign: ["POST /orgs/{org}/campaigns"],
  deleteCampaign: ["DELETE /orgs/{org}/campaigns/{campaign_number}"],
  getCampaignSummary: ["GET /orgs/{org}/campaigns/{campaign_number}"],
  listOrgCampaigns: ["GET /orgs/{org}/campaigns"],
  updateCampaign: ["PATCH /orgs/{org}/campaigns/{campaign_number}"]
 },
 checks: {
  create: ["POST /repos/{owner}/{repo}/check-runs"],
  createSuite: ["POST /repos/{owner}/{repo}/check-suites"],
  get: ["GET /repos/{owner}/{repo}/check-runs/{check_run_id}"],
  getSuite: ["GET /repos/{owner}/{repo}/check-suites/{check_suite_id}"],
  listAnnotations: [
   "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations"
  ],
  listForRef: ["GET /repos/{owner}/{repo}/commits/{ref}/check-runs"],
  listForSuite: [
   "GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs"
  ],
  listSuitesForRef: ["GET /repos/{owner}/{repo}/commits/{ref}/check-suites"],
  rerequestRun: [
   "POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest"
  ],
  rerequestSuite: [
   "POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest"
  ],
  setSuitesPreferences: [
   "PATCH /repos/{owner}/{repo}/check-suites/preferences"
  ],
  update: ["PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}"]
 },
 codeScanning: {
  commitAutofix: [
   "POST /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/autofix/commits"
  ],
  createAutofix: [
   "POST /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/autofix"
  ],
  createVariantAnalysis: [
   "POST /repos/{owner}/{repo}/code-scanning/codeql/variant-analyses"
  ],
  deleteAnalysis: [
   "DELETE /repos/{owner}/{repo}/code-scanning/analyses/{analysis_id}{?confirm_delete}"
  ],
  deleteCodeqlDatabase: [
   "DELETE /repos/{owner}/{repo}/code-scanning/codeql/databases/{language}"
  ],
  getAlert: [
   "GET /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}",
   {},
   { renamedParameters: { alert_id: "alert_number" } }
  ],
  getAnalysis: [
   "GET /repos/{owner}/{repo}/code-scanning/analyses/{analysis_id}"
  ],
  getAutofix: [
   "GET /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/autofix"
  ],
  getCodeqlDatabase: [
   "GET /repos/{owner}/{repo}/code-scanning/codeql/databases/{language}"
  ],
  getDefaultSetup: ["GET /repos/{owner}/{repo}/code-scanning/default-setup"],
  getSarif: ["GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}"],
  getVariantAnalysis: [
   "GET /repos/{owner}/{repo}/code-scanning/codeql/variant-analyses/{codeql_variant_analysis_id}"
  ],
  getVariantAnalysisRepoTask: [
   "GET /repos/{owner}/{repo}/code-scanning/codeql/variant-analyses/{codeql_variant_analysis_id}/repos/{repo_owner}/{repo_name}"
  ],
  listAlertInstances: [
   "GET /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/instances"
  ],
  listAlertsForOrg: ["GET /orgs/{org}/code-scanning/alerts"],
  listAlertsForRepo: ["GET /repos/{owner}/{repo}/code-scanning/alerts"],
  listAlertsInstances: [
   "GET /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/instances",
   {},
   { renamed: ["codeScanning", "listAlertInstances"] }
  ],
  listCodeqlDatabases: [
   "GET /repos/{owner}/{repo}/code-scanning/codeql/databases"
  ],
  listRecentAnalyses: ["GET /repos/{owner}/{repo}/code-scanning/analyses"],
  updateAlert: [
   "PATCH /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}"
  ],
  updateDefaultSetup: [
   "PATCH /repos/{owner}/{repo}/code-scanning/default-setup"
  ],
  uploadSarif: ["POST /repos/{owner}/{repo}/code-scanning/sarifs"]
 },
 codeSecurity: {
  attachConfiguration: [
   "POST /orgs/{org}/code-security/configurations/{configuration_id}/attach"
  ],
  attachEnterpriseConfiguration: [
   "POST /enterprises/{enterprise}/code-security/configurations/{configuration_id}/attach"
  ],
  createConfiguration: ["POST /orgs/{org}/code-security/configurations"],
  createConfigurationForEnterprise: [
   "POST /enterprises/{enterprise}/code-security/configurations"
  ],
  deleteConfiguration: [
   "DELETE /orgs/{org}/code-security/configurations/{configuration_id}"
  ],
  deleteConfigurationForEnterprise: [
   "DELETE /enterprises/{enterprise}/code-security/configurations/{configuration_id}"
  ],
  detachConfiguration: [
   "DELETE /orgs/{org}/code-security/configurations/detach"
  ],
  getConfiguration: [
   "GET /orgs/{org}/code-security/configurations/{configuration_id}"
  ],
  getConfigurationForRepository: [
   "GET /repos/{owner}/{repo}/code-security-configuration"
  ],
  getConfigurationsForEnterprise: [
   "GET /enterprises/{enterprise}/code-security/configurations"
  ],
  getConfigurationsForOrg: ["GET /orgs/{org}/code-security/configurations"],
  getDefaultConfigurations: [
   "GET /orgs/{org}/code-security/configurations/defaults"
  ],
  getDefaultConfigurationsForEnterprise: [
   "GET /enterprises/{enterprise}/code-security/configurations/defaults"
  ],
  getRepositoriesForConfiguration: [
   "GET /orgs/{org}/code-security/configurations/{configuration_id}/repositories"
  ],
  getRepositoriesForEnterpriseConfiguration: [
   "GET /enterprises/{enterprise}/code-security/configurations/{configuration_id}/repositories"
  ],
  getSingleConfigurationForEnterprise: [
   "GET /enterprises/{enterprise}/code-security/configurations/{configuration_id}"
  ],
  setConfigurationAsDefault: [
   "PUT /orgs/{org}/code-security/configurations/{configuration_id}/defaults"
  ],
  setConfigurationAsDefaultForEnterprise: [
   "PUT /enterprises/{enterprise}/code-security/configurations/{configuration_id}/defaults"
  ],
  updateConfiguration: [
   "PATCH /orgs/{org}/code-security/configurations/{configuration_id}"
  ],
  updateEnterpriseConfiguration: [
   "PATCH /enterprises/{enterprise}/code-security/configurations/{configuration_id}"
  ]
 },
 codesOfConduct: {
  getAllCodesOfConduct: ["GET /codes_of_conduct"],
  getConductCode: ["GET /codes_of_conduct/{key}"]
 },
 codespaces: {
  addRepositoryForSecretForAuthenticatedUser: [
   "PUT /user/codespaces/secrets/{secret_name}/repositories/{repository_id}"
  ],
  addSelectedRepoToOrgSecret: [
   "PUT /orgs/{org}/codespaces/secrets/{secret_name}/repositories/{repository_id}"
  ],
  checkPermissionsForDevcontainer: [
   "GET /repos/{owner}/{repo}/codespaces/permissions_check"
  ],
  codespaceMachinesForAuthenticatedUser: [
   "GET /user/codespaces/{codespace_name}/machines"
  ],
  createForAuthenticatedUser: ["POST /user/codespaces"],
  createOrUpdateOrgSecret: [
   "PUT /orgs/{org}/codespaces/secrets/{secret_name}"
  ],
  createOrUpdateRepoSecret: [
   "PUT /repos/{owner}/{repo}/codespaces/secrets/{secret_name}"
  ],
  createOrUpdateSecretForAuthenticatedUser: [
   "PUT /user/codespaces/secrets/{secret_name}"
  ],
  createWithPrForAuthenticatedUser: [
   "POST /repos/{owner}/{repo}/pulls/{pull_number}/codespaces"
  ],
  createWithRepoForAuthenticatedUser: [
   "POST /repos/{owner}/{repo}/codespaces"
  ],
  deleteForAuthenticatedUser: ["DELETE /user/codespaces/{codespace_name}"],
  deleteFromOrganization: [
   "DELETE /orgs/{org}/members/{username}/codespaces/{codespace_name}"
  ],
  deleteOrgSecret: ["DELETE /orgs/{org}/codespaces/secrets/{secret_name}"],
  deleteRepoSecret: [
   "DELETE /repos/{owner}/{repo}/codespaces/secrets/{secret_name}"
  ],
  deleteSecretForAuthenticatedUser: [
   "DELETE /user/codespaces/secrets/{secret_name}"
  ],
  exportForAuthenticatedUser: [
   "POST /user/codespaces/{codespace_name}/exports"
  ],
  getCodespacesForUserInOrg: [
   "GET /orgs/{org}/members/{username}/codespaces"
  ],
  getExportDetailsForAuthenticatedUser: [
   "GET /user/codespaces/{codespace_name}/exports/{export_id}"
  ],
  getForAuthenticatedUser: ["GET /user/codespaces/{codespace_name}"],
  getOrgPublicKey: ["GET /orgs/{org}/codespaces/secrets/public-key"],
  getOrgSecret: ["GET /orgs/{org}/codespaces/secrets/{secret_name}"],
  getPublicKeyForAuthenticatedUser: [
   "GET /user/codespaces/secrets/public-key"
  ],
  getRepoPublicKey: [
   "GET /repos/{owner}/{repo}/codespaces/secrets/public-key"
  ],
  getRepoSecret: [
   "GET /repos/{owner}/{repo}/codespaces/secrets/{secret_name}"
  ],
  getSecretForAuthenticatedUser: [
   "GET /user/codespaces/secrets/{secret_name}"
  ],
  listDevcontainersInRepositoryForAuthenticatedUser: [
   "GET /repos/{owner}/{repo}/codespaces/devcontainers"
  ],
  listForAuthenticatedUser: ["GET /user/codespaces"],
  listInOrganization: [
   "GET /orgs/{org}/codespaces",
   {},
   { renamedParameters: { org_id: "org" } }
  ],
  listInRepositoryForAuthenticatedUser: [
   "GET /repos/{owner}/{repo}/codespaces"
  ],
  listOrgSecrets: ["GET /orgs/{org}/codespaces/secrets"],
  listRepoSecrets: ["GET /repos/{owner}/{repo}/codespaces/secrets"],
  listRepositoriesForSecretForAuthenticatedUser: [
   "GET /user/codespaces/secrets/{secret_name}/repositories"
  ],
  listSecretsForAuthenticatedUser: ["GET /user/codespaces/secrets"],
  listSelectedReposForOrgSecret: [
   "GET /orgs/{org}/codespaces/secrets/{secret_name}/repositories"
  ],
  preFlightWithRepoForAuthenticatedUser: [
   "GET /repos/{owner}/{repo}/codespaces/new"
  ],
  publishForAuthenticatedUser: [
   "POST /user/codespaces/{codespace_name}/publish"
  ],
  removeRepositoryForSecretForAuthenticatedUser: [
   "DELETE /user/codespaces/secrets/{secret_name}/repositories/{repository_id}"
  ],
  removeSelectedRepoFromOrgSecret: [
   "DELETE /orgs/{org}/codespaces/secrets/{secret_name}/repositories/{repository_id}"
  ],
  repoMachinesForAuthenticatedUser: [
   "GET /repos/{owner}/{repo}/codespaces/machines"
  ],
  setRepositoriesForSecretForAuthenticatedUser: [
   "PUT /user/codespaces/secrets/{secret_name}/repositories"
  ],
  setSelectedReposForOrgSecret: [
   "PUT /orgs/{org}/codespaces/secrets/{secret_name}/repositories"
  ],
  startForAuthenticatedUser: ["POST /user/codespaces/{codespace_name}/start"],
  stopForAuthenticatedUser: ["POST /user/codespaces/{codespace_name}/stop"],
  stopInOrganization: [
   "POST /orgs/{org}/members/{username}/codespaces/{codespace_name}/stop"
  ],
  updateForAuthenticatedUser: ["PATCH /user/codespaces/{codespace_name}"]
 },
 copilot: {
  addCopilotSeatsForTeams: [
   "POST /orgs/{org}/copilot/billing/selected_teams"
  ],
  addCopilotSeatsForUsers: [
   "POST /orgs/{org}/copilot/billing/selected_users"
  ],
  cancelCopilotSeatAssignmentForTeams: [
   "DELETE /orgs/{org}/copilot/billing/selected_teams"
  ],
  cancelCopilotSeatAssignmentForUsers: [
   "DELETE /orgs/{org}/copilot/billing/selected_users"
  ],
  copilotMetricsForOrganization: ["GET /orgs/{org}/copilot/metrics"],
  copilotMetricsForTeam: ["GET /orgs/{org}/team/{team_slug}/copilot/metrics"],
  getCopilotOrganizationDetails: ["GET /orgs/{org}/copilot/billing"],
  getCopilotSeatDetailsForUser: [
   "GET /orgs/{org}/members/{username}/copilot"
  ],
  listCopilotSeats: ["GET /orgs/{org}/copilot/billing/seats"]
 },
 credentials: { revoke: ["POST /credentials/revoke"] },
 dependabot: {
  addSelectedRepoToOrgSecret: [
   "PUT /orgs/{org}/dependabot/secrets/{secret_name}/repositories/{repository_id}"
  ],
  createOrUpdateOrgSecret: [
   "PUT /orgs/{org}/dependabot/secrets/{secret_name}"
  ],
  createOrUpdateRepoSecret: [
   "PUT /repos/{owner}/{repo}/dependabot/secrets/{secret_name}"
  ],
  deleteOrgSecret: ["DELETE /orgs/{org}/dependabot/secrets/{secret_name}"],
  deleteRepoSecret: [
   "DELETE /repos/{owner}/{repo}/dependabot/secrets/{secret_name}"
  ],
  getAlert: ["GET /repos/{owner}/{repo}/dependabot/alerts/{alert_number}"],
  getOrgPublicKey: ["GET /orgs/{org}/dependabot/secrets/public-key"],
  getOrgSecret: ["GET /orgs/{org}/dependabot/secrets/{secret_name}"],
  getRepoPublicKey: [
   "GET /repos/{owner}/{repo}/dependabot/secrets/public-key"
  ],
  getRepoSecret: [
   "GET /repos/{owner}/{repo}/dependabot/secrets/{secret_name}"
  ],
  listAlertsForEnterprise: [
   "GET /enterprises/{enterprise}/dependabot/alerts"
  ],
  listAlertsForOrg: ["GET /orgs/{org}/dependabot/alerts"],
  listAlertsForRepo: ["GET /repos/{owner}/{repo}/dependabot/alerts"],
  listOrgSecrets: ["GET /orgs/{org}/dependabot/secrets"],
  listRepoSecrets: ["GET /repos/{owner}/{repo}/dependabot/secrets"],
  listSelectedReposForOrgSecret: [
   "GET /orgs/{org}/dependabot/secrets/{secret_name}/repositories"
  ],
  removeSelectedRepoFromOrgSecret: [
   "DELETE /orgs/{org}/dependabot/secrets/{secret_name}/repositories/{repository_id}"
  ],
  repositoryAccessForOrg: [
   "GET /organizations/{org}/dependabot/repository-access"
  ],
  setRepositoryAccessDefaultLevel: [
   "PUT /organizations/{org}/dependabot/repository-access/default-level"
  ],
  setSelectedReposForOrgSecret: [
   "PUT /orgs/{org}/dependabot/secrets/{secret_name}/repositories"
  ],
  updateAlert: [
   "PATCH /repos/{owner}/{repo}/dependabot/alerts/{alert_number}"
  ],
  updateRepositoryAccessForOrg: [
   "PATCH /organizations/{org}/dependabot/repository-access"
  ]
 },
 dependencyGraph: {
  createRepositorySnapshot: [
   "POST /repos/{owner}/{repo}/dependency-graph/snapshots"
  ],
  diffRange: [
   "GET /repos/{owner}/{repo}/dependency-graph/compare/{basehead}"
  ],
  exportSbom: ["GET /repos/{owner}/{repo}/dependency-graph/sbom"]
 },
 emojis: { get: ["GET /emojis"] },
 enterpriseTeamMemberships: {
  add: [
   "PUT /enterprises/{enterprise}/teams/{enterprise-team}/memberships/{username}"
  ],
  bulkAdd: [
   "POST /enterprises/{enterprise}/teams/{enterprise-team}/memberships/add"
  ],
  bulkRemove: [
   "POST /enterprises/{enterprise}/teams/{enterprise-team}/memberships/remove"
  ],
  get: [
   "GET /enterprises/{enterprise}/teams/{enterprise-team}/memberships/{username}"
  ],
  list: ["GET /enterprises/{enterprise}/teams/{enterprise-team}/memberships"],
  remove: [
   "DELETE /enterprises/{enterprise}/teams/{enterprise-team}/memberships/{username}"
  ]
 },
 enterpriseTeamOrganizations: {
  add: [
   "PUT /enterprises/{enterprise}/teams/{enterprise-team}/organizations/{org}"
  ],
  bulkAdd: [
   "POST /enterprises/{enterprise}/teams/{enterprise-team}/organizations/add"
  ],
  bulkRemove: [
   "POST /enterprises/{enterprise}/teams/{enterprise-team}/organizations/remove"
  ],
  delete: [
   "DELETE /enterprises/{enterprise}/teams/{enterprise-team}/organizations/{org}"
  ],
  getAssignment: [
   "GET /enterprises/{enterprise}/teams/{enterprise-team}/organizations/{org}"
  ],
  getAssignments: [
   "GET /enterprises/{enterprise}/teams/{enterprise-team}/organizations"
  ]
 },
 enterpriseTeams: {
  create: ["POST /enterprises/{enterprise}/teams"],
  delete: ["DELETE /enterprises/{enterprise}/teams/{team_slug}"],
  get: ["GET /enterprises/{enterprise}/teams/{team_slug}"],
  list: ["GET /enterprises/{enterprise}/teams"],
  update: ["PATCH /enterprises/{enterprise}/teams/{team_slug}"]
 },
 gists: {
  checkIsStarred: ["GET /gists/{gist_id}/star"],
  create: ["POST /gists"],
  createComment: ["POST /gists/{gist_id}/comments"],
  delete: ["DELETE /gists/{gist_id}"],
  deleteComment: ["DELETE /gists/{gist_id}/comments/{comment_id}"],
  fork: ["POST /gists/{gist_id}/forks"],
  get: ["GET /gists/{gist_id}"],
  getComment: ["GET /gists/{gist_id}/comments/{comment_id}"],
  getRevision: ["GET /gists/{gist_id}/{sha}"],
  list: ["GET /gists"],
  listComments: ["GET /gists/{gist_id}/comments"],
  listCommits: ["GET /gists/{gist_id}/commits"],
  listForUser: ["GET /users/{username}/gists"],
  listForks: ["GET /gists/{gist_id}/forks"],
  listPublic: ["GET /gists/public"],
  listStarred: ["GET /gists/starred"],
  star: ["PUT /gists/{gist_id}/star"],
  unstar: ["DELETE /gists/{gist_id}/star"],
  update: ["PATCH /gists/{gist_id}"],
  updateComment: ["PATCH /gists/{gist_id}/comments/{comment_id}"]
 },
 git: {
  createBlob: ["POST /repos/{owner}/{repo}/git/blobs"],
  createCommit: ["POST /repos/{owner}/{repo}/git/commits"],
  createRef: ["POST /repos/{owner}/{repo}/git/refs"],
  createTag: ["POST /repos/{owner}/{repo}/git/tags"],
  createTree: ["POST /repos/{owner}/{repo}/git/trees"],
  deleteRef: ["DELETE /repos/{owner}/{repo}/git/refs/{ref}"],
  getBlob: ["GET /repos/{owner}/{repo}/git/blobs/{file_sha}"],
  getCommit: ["GET /repos/{owner}/{repo}/git/commits/{commit_sha}"],
  getRef: ["GET /repos/{owner}/{repo}/git/ref/{ref}"],
  getTag: ["GET /repos/{owner}/{repo}/git/tags/{tag_sha}"],
  getTree: ["GET /repos/{owner}/{repo}/git/trees/{tree_sha}"],
  listMatchingRefs: ["GET /repos/{owner}/{repo}/git/matching-refs/{ref}"],
  updateRef: ["PATCH /repos/{owner}/{repo}/git/refs/{ref}"]
 },
 gitignore: {
  getAllTemplates: ["GET /gitignore/templates"],
  getTemplate: ["GET /gitignore/templates/{name}"]
 },
 hostedCompute: {
  createNetworkConfigurationForOrg: [
   "POST /orgs/{org}/settings/network-configurations"
  ],
  deleteNetworkConfigurationFromOrg: [
   "DELETE /orgs/{org}/settings/network-configurations/{network_configuration_id}"
  ],
  getNetworkConfigurationForOrg: [
   "GET /orgs/{org}/settings/network-configurations/{network_configuration_id}"
  ],
  getNetworkSettingsForOrg: [
   "GET /orgs/{org}/settings/network-settings/{network_settings_id}"
  ],
  listNetworkConfigurationsForOrg: [
   "GET /orgs/{org}/settings/network-configurations"
  ],
  updateNetworkConfigurationForOrg: [
   "PATCH /orgs/{org}/settings/network-configurations/{network_configuration_id}"
  ]
 },
 interactions: {
  getRestrictionsForAuthenticatedUser: ["GET /user/interaction-limits"],
  getRestrictionsForOrg: ["GET /orgs/{org}/interaction-limits"],
  getRestrictionsForRepo: ["GET /repos/{owner}/{repo}/interaction-limits"],
  getRestrictionsForYourPublicRepos: [
   "GET /user/interaction-limits",
   {},
   { renamed: ["interactions", "getRestrictionsForAuthenticatedUser"] }
  ],
  removeRestrictionsForAuthenticatedUser: ["DELETE /user/interaction-limits"],
  removeRestrictionsForOrg: ["DELETE /orgs/{org}/interaction-limits"],
  removeRestrictionsForRepo: [
   "DELETE /repos/{owner}/{repo}/interaction-limits"
  ],
  removeRestrictionsForYourPublicRepos: [
   "DELETE /user/interaction-limits",
   {},
   { renamed: ["interactions", "removeRestrictionsForAuthenticatedUser"] }
  ],
  setRestrictionsForAuthenticatedUser: ["PUT /user/interaction-limits"],
  setRestrictionsForOrg: ["PUT /orgs/{org}/interaction-limits"],
  setRestrictionsForRepo: ["PUT /repos/{owner}/{repo}/interaction-limits"],
  setRestrictionsForYourPublicRepos: [
   "PUT /user/interaction-limits",
   {},
   { renamed: ["interactions", "setRestrictionsForAuthenticatedUser"] }
  ]
 },
 issues: {
  addAssignees: [
   "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees"
  ],
  addBlockedByDependency: [
   "POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by"
  ],
  addLabels: ["POST /repos/{owner}/{repo}/issues/{issue_number}/labels"],
  addSubIssue: [
   "POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues"
  ],
  checkUserCanBeAssigned: ["GET /repos/{owner}/{repo}/assignees/{assignee}"],
  checkUserCanBeAssignedToIssue: [
   "GET /repos/{owner}/{repo}/issues/{issue_number}/assignees/{assignee}"
  ],
  create: ["POST /repos/{owner}/{repo}/issues"],
  createComment: [
   "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"
  ],
  createLabel: ["POST /repos/{owner}/{repo}/labels"],
  createMilestone: ["POST /repos/{owner}/{repo}/milestones"],
  deleteComment: [
   "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}"
  ],
  deleteLabel: ["DELETE /repos/{owner}/{repo}/labels/{name}"],
  deleteMilestone: [
   "DELETE /repos/{owner}/{repo}/milestones/{milestone_number}"
  ],
  get: ["GET /repos/{owner}/{repo}/issues/{issue_number}"],
  getComment: ["GET /repos/{owner}/{repo}/issues/comments/{comment_id}"],
  getEvent: ["GET /repos/{owner}/{repo}/issues/events/{event_id}"],
  getLabel: ["GET /repos/{owner}/{repo}/labels/{name}"],
  getMilestone: ["GET /repos/{owner}/{repo}/milestones/{milestone_number}"],
  getParent: ["GET /repos/{owner}/{repo}/issues/{issue_number}/parent"],
  list: ["GET /issues"],
  listAssignees: ["GET /repos/{owner}/{repo}/assignees"],
  listComments: ["GET /repos/{owner}/{repo}/issues/{issue_number}/comments"],
  listCommentsForRepo: ["GET /repos/{owner}/{repo}/issues/comments"],
  listDependenciesBlockedBy: [
   "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by"
  ],
  listDependenciesBlocking: [
   "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocking"
  ],
  listEvents: ["GET /repos/{owner}/{repo}/issues/{issue_number}/events"],
  listEventsForRepo: ["GET /repos/{owner}/{repo}/issues/events"],
  listEventsForTimeline: [
   "GET /repos/{owner}/{repo}/issues/{issue_number}/timeline"
  ],
  listForAuthenticatedUser: ["GET /user/issues"],
  listForOrg: ["GET /orgs/{org}/issues"],
  listForRepo: ["GET /repos/{owner}/{repo}/issues"],
  listLabelsForMilestone: [
   "GET /repos/{owner}/{repo}/milestones/{milestone_number}/labels"
  ],
  listLabelsForRepo: ["GET /repos/{owner}/{repo}/labels"],
  listLabelsOnIssue: [
   "GET /repos/{owner}/{repo}/issues/{issue_number}/labels"
  ],
  listMilestones: ["GET /repos/{owner}/{repo}/milestones"],
  listSubIssues: [
   "GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues"
  ],
  lock: ["PUT /repos/{owner}/{repo}/issues/{issue_number}/lock"],
  removeAllLabels: [
   "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels"
  ],
  removeAssignees: [
   "DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees"
  ],
  removeDependencyBlockedBy: [
   "DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}"
  ],
  removeLabel: [
   "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}"
  ],
  removeSubIssue: [
   "DELETE /repos/{owner}/{repo}/issues/{issue_number}/sub_issue"
  ],
  reprioritizeSubIssue: [
   "PATCH /repos/{owner}/{repo}/issues/{issue_number}/sub_issues/priority"
  ],
  setLabels: ["PUT /repos/{owner}/{repo}/issues/{issue_number}/labels"],
  unlock: ["DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock"],
  update: ["PATCH /repos/{owner}/{repo}/issues/{issue_number}"],
  updateComment: ["PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}"],
  updateLabel: ["PATCH /repos/{owner}/{repo}/labels/{name}"],
  updateMilestone: [
   "PATCH /repos/{owner}/{repo}/milestones/{milestone_number}"
  ]
 },
 licenses: {
  get: ["GET /licenses/{license}"],
  getAllCommonlyUsed: ["GET /licenses"],
  getForRepo: ["GET /repos/{owner}/{repo}/license"]
 },
 markdown: {
  render: ["POST /markdown"],
  renderRaw: [
   "POST /markdown/raw",
   { headers: { "content-type": "text/plain; charset=utf-8" } }
  ]
 },
 meta: {
  get: ["GET /meta"],
  getAllVersions: ["GET /versions"],
  getOctocat: ["GET /octocat"],
  getZen: ["GET /zen"],
  root: ["GET /"]
 },
 migrations: {
  deleteArchiveForAuthenticatedUser: [
   "DELETE /user/migrations/{migration_id}/archive"
  ],
  deleteArchiveForOrg: [
   "DELETE /orgs/{org}/migrations/{migration_id}/archive"
  ],
  downloadArchiveForOrg: [
   "GET /orgs/{org}/migrations/{migration_id}/archive"
  ],
  getArchiveForAuthenticatedUser: [
   "GET /user/migrations/{migration_id}/archive"
  ],
  getStatusForAuthenticatedUser: ["GET /user/migrations/{migration_id}"],
  getStatusForOrg: ["GET /orgs/{org}/migrations/{migration_id}"],
  listForAuthenticatedUser: ["GET /user/migrations"],
  listForOrg: ["GET /orgs/{org}/migrations"],
  listReposForAuthenticatedUser: [
   "GET /user/migrations/{migration_id}/repositories"
  ],
  listReposForOrg: ["GET /orgs/{org}/migrations/{migration_id}/repositories"],
  listReposForUser: [
   "GET /user/migrations/{migration_id}/repositories",
   {},
   { renamed: ["migrations", "listReposForAuthenticatedUser"] }
  ],
  startForAuthenticatedUser: ["POST /user/migrations"],
  startForOrg: ["POST /orgs/{org}/migrations"],
  unlockRepoForAuthenticatedUser: [
   "DELETE /user/migrations/{migration_id}/repos/{repo_name}/lock"
  ],
  unlockRepoForOrg: [
   "DELETE /orgs/{org}/migrations/{migration_id}/repos/{repo_name}/lock"
  ]
 },
 oidc: {
  getOidcCustomSubTemplateForOrg: [
   "GET /orgs/{org}/actions/oidc/customization/sub"
  ],
  updateOidcCustomSubTemplateForOrg: [
   "PUT /orgs/{org}/actions/oidc/customization/sub"
  ]
 },
 orgs: {
  addSecurityManagerTeam: [
   "PUT /orgs/{org}/security-managers/teams/{team_slug}",
   {},
   {
    deprecated: "octokit.rest.orgs.addSecurityManagerTeam() is deprecated, see https://docs.github.com/rest/orgs/security-managers#add-a-security-manager-team"
   }
  ],
  assignTeamToOrgRole: [
   "PUT /orgs/{org}/organization-roles/teams/{team_slug}/{role_id}"
  ],
  assignUserToOrgRole: [
   "PUT /orgs/{org}/organization-roles/users/{username}/{role_id}"
  ],
  blockUser: ["PUT /orgs/{org}/blocks/{username}"],
  cancelInvitation: ["DELETE /orgs/{org}/invitations/{invitation_id}"],
  checkBlockedUser: ["GET /orgs/{org}/blocks/{username}"],
  checkMembershipForUser: ["GET /orgs/{org}/members/{username}"],
  checkPublicMembershipForUser: ["GET /orgs/{org}/public_members/{username}"],
  convertMemberToOutsideCollaborator: [
   "PUT /orgs/{org}/outside_collaborators/{username}"
  ],
  createArtifactStorageRecord: [
   "POST /orgs/{org}/artifacts/metadata/storage-record"
  ],
  createInvitation: ["POST /orgs/{org}/invitations"],
  createIssueType: ["POST /orgs/{org}/issue-types"],
  createWebhook: ["POST /orgs/{org}/hooks"],
  customPropertiesForOrgsCreateOrUpdateOrganizationValues: [
   "PATCH /organizations/{org}/org-properties/values"
  ],
  customPropertiesForOrgsGetOrganizationValues: [
   "GET /organizations/{org}/org-properties/values"
  ],
  customPropertiesForReposCreateOrUpdateOrganizationDefinition: [
   "PUT /orgs/{org}/properties/schema/{custom_property_name}"
  ],
  customPropertiesForReposCreateOrUpdateOrganizationDefinitions: [
   "PATCH /orgs/{org}/properties/schema"
  ],
  customPropertiesForReposCreateOrUpdateOrganizationValues: [
   "PATCH /orgs/{org}/properties/values"
  ],
  customPropertiesForReposDeleteOrganizationDefinition: [
   "DELETE /orgs/{org}/properties/schema/{custom_property_name}"
  ],
  customPropertiesForReposGetOrganizationDefinition: [
   "GET /orgs/{org}/properties/schema/{custom_property_name}"
  ],
  customPropertiesForReposGetOrganizationDefinitions: [
   "GET /orgs/{org}/properties/schema"
  ],
  customPropertiesForReposGetOrganizationValues: [
   "GET /orgs/{org}/properties/values"
  ],
  delete: ["DELETE /orgs/{org}"],
  deleteAttestationsBulk: ["POST /orgs/{org}/attestations/delete-request"],
  deleteAttestationsById: [
   "DELETE /orgs/{org}/attestations/{attestation_id}"
  ],
  deleteAttestationsBySubjectDigest: [
   "DELETE /orgs/{org}/attestations/digest/{subject_digest}"
  ],
  deleteIssueType: ["DELETE /orgs/{org}/issue-types/{issue_type_id}"],
  deleteWebhook: ["DELETE /orgs/{org}/hooks/{hook_id}"],
  disableSelectedRepositoryImmutableReleasesOrganization: [
   "DELETE /orgs/{org}/settings/immutable-releases/repositories/{repository_id}"
  ],
  enableSelectedRepositoryImmutableReleasesOrganization: [
   "PUT /orgs/{org}/settings/immutable-releases/repositories/{repository_id}"
  ],
  get: ["GET /orgs/{org}"],
  getImmutableReleasesSettings: [
   "GET /orgs/{org}/settings/immutable-releases"
  ],
  getImmutableReleasesSettingsRepositories: [
   "GET /orgs/{org}/settings/immutable-releases/repositories"
  ],
  getMembershipForAuthenticatedUser: ["GET /user/memberships/orgs/{org}"],
  getMembershipForUser: ["GET /orgs/{org}/memberships/{username}"],
  getOrgRole: ["GET /orgs/{org}/organization-roles/{role_id}"],
  getOrgRulesetHistory: ["GET /orgs/{org}/rulesets/{ruleset_id}/history"],
  getOrgRulesetVersion: [
   "GET /orgs/{org}/rulesets/{ruleset_id}/history/{version_id}"
  ],
  getWebhook: ["GET /orgs/{org}/hooks/{hook_id}"],
  getWebhookConfigForOrg: ["GET /orgs/{org}/hooks/{hook_id}/config"],
  getWebhookDelivery: [
   "GET /orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}"
  ],
  list: ["GET /organizations"],
  listAppInstallations: ["GET /orgs/{org}/installations"],
  listArtifactStorageRecords: [
   "GET /orgs/{org}/artifacts/{subject_digest}/metadata/storage-records"
  ],
  listAttestationRepositories: ["GET /orgs/{org}/attestations/repositories"],
  listAttestations: ["GET /orgs/{org}/attestations/{subject_digest}"],
  listAttestationsBulk: [
   "POST /orgs/{org}/attestations/bulk-list{?per_page,before,after}"
  ],
  listBlockedUsers: ["GET /orgs/{org}/blocks"],
  listFailedInvitations: ["GET /orgs/{org}/failed_invitations"],
  listForAuthenticatedUser: ["GET /user/orgs"],
  listForUser: ["GET /users/{username}/orgs"],
  listInvitationTeams: ["GET /orgs/{org}/invitations/{invitation_id}/teams"],
  listIssueTypes: ["GET /orgs/{org}/issue-types"],
  listMembers: ["GET /orgs/{org}/members"],
  listMembershipsForAuthenticatedUser: ["GET /user/memberships/orgs"],
  listOrgRoleTeams: ["GET /orgs/{org}/organization-roles/{role_id}/teams"],
  listOrgRoleUsers: ["GET /orgs/{org}/organization-roles/{role_id}/users"],
  listOrgRoles: ["GET /orgs/{org}/organization-roles"],
  listOrganizationFineGrainedPermissions: [
   "GET /orgs/{org}/organization-fine-grained-permissions"
  ],
  listOutsideCollaborators: ["GET /orgs/{org}/outside_collaborators"],
  listPatGrantRepositories: [
   "GET /orgs/{org}/personal-access-tokens/{pat_id}/repositories"
  ],
  listPatGrantRequestRepositories: [
   "GET /orgs/{org}/personal-access-token-requests/{pat_request_id}/repositories"
  ],
  listPatGrantRequests: ["GET /orgs/{org}/personal-access-token-requests"],
  listPatGrants: ["GET /orgs/{org}/personal-access-tokens"],
  listPendingInvitations: ["GET /orgs/{org}/invitations"],
  listPublicMembers: ["GET /orgs/{org}/public_members"],
  listSecurityManagerTeams: [
   "GET /orgs/{org}/security-managers",
   {},
   {
    deprecated: "octokit.rest.orgs.listSecurityManagerTeams() is deprecated, see https://docs.github.com/rest/orgs/security-managers#list-security-manager-teams"
   }
  ],
  listWebhookDeliveries: ["GET /orgs/{org}/hooks/{hook_id}/deliveries"],
  listWebhooks: ["GET /orgs/{org}/hooks"],
  pingWebhook: ["POST /orgs/{org}/hooks/{hook_id}/pings"],
  redeliverWebhookDelivery: [
   "POST /orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}/attempts"
  ],
  removeMember: ["DELETE /orgs/{org}/members/{username}"],
  removeMembershipForUser: ["DELETE /orgs/{org}/memberships/{username}"],
  removeOutsideCollaborator: [
   "DELETE /orgs/{org}/outside_collaborators/{username}"
  ],
  removePublicMembershipForAuthenticatedUser: [
   "DELETE /orgs/{org}/public_members/{username}"
  ],
  removeSecurityManagerTeam: [
   "DELETE /orgs/{org}/security-managers/teams/{team_slug}",
   {},
   {
    deprecated: "octokit.rest.orgs.removeSecurityManagerTeam() is deprecated, see https://docs.github.com/rest/orgs/security-managers#remove-a-security-manager-team"
   }
  ],
  reviewPatGrantRequest: [
   "POST /orgs/{org}/personal-access-token-requests/{pat_request_id}"
  ],
  reviewPatGrantRequestsInBulk: [
   "POST /orgs/{org}/personal-access-token-requests"
  ],
  revokeAllOrgRolesTeam: [
   "DELETE /orgs/{org}/organization-roles/teams/{team_slug}"
  ],
  revokeAllOrgRolesUser: [
   "DELETE /orgs/{org}/organization-roles/users/{username}"
  ],
  revokeOrgRoleTeam: [
   "DELETE /orgs/{org}/organization-roles/teams/{team_slug}/{role_id}"
  ],
  revokeOrgRoleUser: [
   "DELETE /orgs/{org}/organization-roles/users/{username}/{role_id}"
  ],
  setImmutableReleasesSettings: [
   "PUT /orgs/{org}/settings/immutable-releases"
  ],
  setImmutableReleasesSettingsRepositories: [
   "PUT /orgs/{org}/settings/immutable-releases/repositories"
  ],
  setMembershipForUser: ["PUT /orgs/{org}/memberships/{username}"],
  setPublicMembershipForAuthenticatedUser: [
   "PUT /orgs/{org}/public_members/{username}"
  ],
  unblockUser: ["DELETE /orgs/{org}/blocks/{username}"],
  update: ["PATCH /orgs/{org}"],
  updateIssueType: ["PUT /orgs/{org}/issue-types/{issue_type_id}"],
  updateMembershipForAuthenticatedUser: [
   "PATCH /user/memberships/orgs/{org}"
  ],
  updatePatAccess: ["POST /orgs/{org}/personal-access-tokens/{pat_id}"],
  updatePatAccesses: ["POST /orgs/{org}/personal-access-tokens"],
  updateWebhook: ["PATCH /orgs/{org}/hooks/{hook_id}"],
  updateWebhookConfigForOrg: ["PATCH /orgs/{org}/hooks/{hook_id}/config"]
 },
 packages: {
  deletePackageForAuthenticatedUser: [
   "DELETE /user/packages/{package_type}/{package_name}"
  ],
  deletePackageForOrg: [
   "DELETE /orgs/{org}/packages/{package_type}/{package_name}"
  ],
  deletePackageForUser: [
   "DELETE /users/{username}/packages/{package_type}/{package_name}"
  ],
  deletePackageVersionForAuthenticatedUser: [
   "DELETE /user/packages/{package_type}/{package_name}/versions/{package_version_id}"
  ],
  deletePackageVersionForOrg: [
   "DELETE /orgs/{org}/packages/{package_type}/{package_name}/versions/{package_version_id}"
  ],
  deletePackageVersionForUser: [
   "DELETE /users/{username}/packages/{package_type}/{package_name}/versions/{package_version_id}"
  ],
  getAllPackageVersionsForAPackageOwnedByAnOrg: [
   "GET /orgs/{org}/packages/{package_type}/{package_name}/versions",
   {},
   { renamed: ["packages", "getAllPackageVersionsForPackageOwnedByOrg"] }
  ],
  getAllPackageVersionsForAPackageOwnedByTheAuthenticatedUser: [
   "GET /user/packages/{package_type}/{package_name}/versions",
   {},
   {
    renamed: [
     "packages",
     "getAllPackageVersionsForPackageOwnedByAuthenticatedUser"
    ]
   }
  ],
  getAllPackageVersionsForPackageOwnedByAuthenticatedUser: [
   "GET /user/packages/{package_type}/{package_name}/versions"
  ],
  getAllPackageVersionsForPackageOwnedByOrg: [
   "GET /orgs/{org}/packages/{package_type}/{package_name}/versions"
  ],
  getAllPackageVersionsForPackageOwnedByUser: [
   "GET /users/{username}/packages/{package_type}/{package_name}/versions"
  ],
  getPackageForAuthenticatedUser: [
   "GET /user/packages/{package_type}/{package_name}"
  ],
  getPackageForOrganization: [
   "GET /orgs/{org}/packages/{package_type}/{package_name}"
  ],
  getPackageForUser: [
   "GET /users/{username}/packages/{package_type}/{package_name}"
  ],
  getPackageVersionForAuthenticatedUser: [
   "GET /user/packages/{package_type}/{package_name}/versions/{package_version_id}"
  ],
  getPackageVersionForOrganization: [
   "GET /orgs/{org}/packages/{package_type}/{package_name}/versions/{package_version_id}"
  ],
  getPackageVersionForUser: [
   "GET /users/{username}/packages/{package_type}/{package_name}/versions/{package_version_id}"
  ],
  listDockerMigrationConflictingPackagesForAuthenticatedUser: [
   "GET /user/docker/conflicts"
  ],
  listDockerMigrationConflictingPackagesForOrganization: [
   "GET /orgs/{org}/docker/conflicts"
  ],
  listDockerMigrationConflictingPackagesForUser: [
   "GET /users/{username}/docker/conflicts"
  ],
  listPackagesForAuthenticatedUser: ["GET /user/packages"],
  listPackagesForOrganization: ["GET /orgs/{org}/packages"],
  listPackagesForUser: ["GET /users/{username}/packages"],
  restorePackageForAuthenticatedUser: [
   "POST /user/packages/{package_type}/{package_name}/restore{?token}"
  ],
  restorePackageForOrg: [
   "POST /orgs/{org}/packages/{package_type}/{package_name}/restore{?token}"
  ],
  restorePackageForUser: [
   "POST /users/{username}/packages/{package_type}/{package_name}/restore{?token}"
  ],
  restorePackageVersionForAuthenticatedUser: [
   "POST /user/packages/{package_type}/{package_name}/versions/{package_version_id}/restore"
  ],
  restorePackageVersionForOrg: [
   "POST /orgs/{org}/packages/{package_type}/{package_name}/versions/{package_version_id}/restore"
  ],
  restorePackageVersionForUser: [
   "POST /users/{username}/packages/{package_type}/{package_name}/versions/{package_version_id}/restore"
  ]
 },
 privateRegistries: {
  createOrgPrivateRegistry: ["POST /orgs/{org}/private-registries"],
  deleteOrgPrivateRegistry: [
   "DELETE /orgs/{org}/private-registries/{secret_name}"
  ],
  getOrgPrivateRegistry: ["GET /orgs/{org}/private-registries/{secret_name}"],
  getOrgPublicKey: ["GET /orgs/{org}/private-registries/public-key"],
  listOrgPrivateRegistries: ["GET /orgs/{org}/private-registries"],
  updateOrgPrivateRegistry: [
   "PATCH /orgs/{org}/private-registries/{secret_name}"
  ]
 },
 projects: {
  addItemForOrg: ["POST /orgs/{org}/projectsV2/{project_number}/items"],
  addItemForUser: [
   "POST /users/{username}/projectsV2/{project_number}/items"
  ],
  deleteItemForOrg: [
   "DELETE /orgs/{org}/projectsV2/{project_number}/items/{item_id}"
  ],
  deleteItemForUser: [
   "DELETE /users/{username}/projectsV2/{project_number}/items/{item_id}"
  ],
  getFieldForOrg: [
   "GET /orgs/{org}/projectsV2/{project_number}/fields/{field_id}"
  ],
  getFieldForUser: [
   "GET /users/{username}/projectsV2/{project_number}/fields/{field_id}"
  ],
  getForOrg: ["GET /orgs/{org}/projectsV2/{project_number}"],
  getForUser: ["GET /users/{username}/projectsV2/{project_number}"],
  getOrgItem: ["GET /orgs/{org}/projectsV2/{project_number}/items/{item_id}"],
  getUserItem: [
   "GET /users/{username}/projectsV2/{project_number}/items/{item_id}"
  ],
  listFieldsForOrg: ["GET /orgs/{org}/projectsV2/{project_number}/fields"],
  listFieldsForUser: [
   "GET /users/{username}/projectsV2/{project_number}/fields"
  ],
  listForOrg: ["GET /orgs/{org}/projectsV2"],
  listForUser: ["GET /users/{username}/projectsV2"],
  listItemsForOrg: ["GET /orgs/{org}/projectsV2/{project_number}/items"],
  listItemsForUser: [
   "GET /users/{username}/projectsV2/{project_number}/items"
  ],
  updateItemForOrg: [
   "PATCH /orgs/{org}/projectsV2/{project_number}/items/{item_id}"
  ],
  updateItemForUser: [
   "PATCH /users/{username}/projectsV2/{project_number}/items/{item_id}"
  ]
 },
 pulls: {
  checkIfMerged: ["GET /repos/{owner}/{repo}/pulls/{pull_number}/merge"],
  create: ["POST /repos/{owner}/{repo}/pulls"],
  createReplyForReviewComment: [
   "POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies"
  ],
  createReview: ["POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews"],
  createReviewComment: [
   "POST /repos/{owner}/{repo}/pulls/{pull_number}/comments"
  ],
  deletePendingReview: [
   "DELETE /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"
  ],
  deleteReviewComment: [
   "DELETE /repos/{owner}/{repo}/pulls/comments/{comment_id}"
  ],
  dismissReview: [
   "PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals"
  ],
  get: ["GET /repos/{owner}/{repo}/pulls/{pull_number}"],
  getReview: [
   "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"
  ],
  getReviewComment: ["GET /repos/{owner}/{repo}/pulls/comments/{comment_id}"],
  list: ["GET /repos/{owner}/{repo}/pulls"],
  listCommentsForReview: [
   "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments"
  ],
  listCommits: ["GET /repos/{owner}/{repo}/pulls/{pull_number}/commits"],
  listFiles: ["GET /repos/{owner}/{repo}/pulls/{pull_number}/files"],
  listRequestedReviewers: [
   "GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers"
  ],
  listReviewComments: [
   "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments"
  ],
  listReviewCommentsForRepo: ["GET /repos/{owner}/{repo}/pulls/comments"],
  listReviews: ["GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews"],
  merge: ["PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge"],
  removeRequestedReviewers: [
   "DELETE /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers"
  ],
  requestReviewers: [
   "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers"
  ],
  submitReview: [
   "POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events"
  ],
  update: ["PATCH /repos/{owner}/{repo}/pulls/{pull_number}"],
  updateBranch: [
   "PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch"
  ],
  updateReview: [
   "PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"
  ],
  updateReviewComment: [
   "PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}"
  ]
 },
 rateLimit: { get: ["GET /rate_limit"] },
 reactions: {
  createForCommitComment: [
   "POST /repos/{owner}/{repo}/comments/{comment_id}/reactions"
  ],
  createForIssue: [
   "POST /repos/{owner}/{repo}/issues/{issue_number}/reactions"
  ],
  createForIssueComment: [
   "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions"
  ],
  createForPullRequestReviewComment: [
   "POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions"
  ],
  createForRelease: [
   "POST /repos/{owner}/{repo}/releases/{release_id}/reactions"
  ],
  createForTeamDiscussionCommentInOrg: [
   "POST /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments/{comment_number}/reactions"
  ],
  createForTeamDiscussionInOrg: [
   "POST /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/reactions"
  ],
  deleteForCommitComment: [
   "DELETE /repos/{owner}/{repo}/comments/{comment_id}/reactions/{reaction_id}"
  ],
  deleteForIssue: [
   "DELETE /repos/{owner}/{repo}/issues/{issue_number}/reactions/{reaction_id}"
  ],
  deleteForIssueComment: [
   "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}"
  ],
  deleteForPullRequestComment: [
   "DELETE /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions/{reaction_id}"
  ],
  deleteForRelease: [
   "DELETE /repos/{owner}/{repo}/releases/{release_id}/reactions/{reaction_id}"
  ],
  deleteForTeamDiscussion: [
   "DELETE /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/reactions/{reaction_id}"
  ],
  deleteForTeamDiscussionComment: [
   "DELETE /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments/{comment_number}/reactions/{reaction_id}"
  ],
  listForCommitComment: [
   "GET /repos/{owner}/{repo}/comments/{comment_id}/reactions"
  ],
  listForIssue: ["GET /repos/{owner}/{repo}/issues/{issue_number}/reactions"],
  listForIssueComment: [
   "GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions"
  ],
  listForPullRequestReviewComment: [
   "GET /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions"
  ],
  listForRelease: [
   "GET /repos/{owner}/{repo}/releases/{release_id}/reactions"
  ],
  listForTeamDiscussionCommentInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments/{comment_number}/reactions"
  ],
  listForTeamDiscussionInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/reactions"
  ]
 },
 repos: {
  acceptInvitation: [
   "PATCH /user/repository_invitations/{invitation_id}",
   {},
   { renamed: ["repos", "acceptInvitationForAuthenticatedUser"] }
  ],
  acceptInvitationForAuthenticatedUser: [
   "PATCH /user/repository_invitations/{invitation_id}"
  ],
  addAppAccessRestrictions: [
   "POST /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/apps",
   {},
   { mapToData: "apps" }
  ],
  addCollaborator: ["PUT /repos/{owner}/{repo}/collaborators/{username}"],
  addStatusCheckContexts: [
   "POST /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks/contexts",
   {},
   { mapToData: "contexts" }
  ],
  addTeamAccessRestrictions: [
   "POST /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/teams",
   {},
   { mapToData: "teams" }
  ],
  addUserAccessRestrictions: [
   "POST /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/users",
   {},
   { mapToData: "users" }
  ],
  cancelPagesDeployment: [
   "POST /repos/{owner}/{repo}/pages/deployments/{pages_deployment_id}/cancel"
  ],
  checkAutomatedSecurityFixes: [
   "GET /repos/{owner}/{repo}/automated-security-fixes"
  ],
  checkCollaborator: ["GET /repos/{owner}/{repo}/collaborators/{username}"],
  checkImmutableReleases: ["GET /repos/{owner}/{repo}/immutable-releases"],
  checkPrivateVulnerabilityReporting: [
   "GET /repos/{owner}/{repo}/private-vulnerability-reporting"
  ],
  checkVulnerabilityAlerts: [
   "GET /repos/{owner}/{repo}/vulnerability-alerts"
  ],
  codeownersErrors: ["GET /repos/{owner}/{repo}/codeowners/errors"],
  compareCommits: ["GET /repos/{owner}/{repo}/compare/{base}...{head}"],
  compareCommitsWithBasehead: [
   "GET /repos/{owner}/{repo}/compare/{basehead}"
  ],
  createAttestation: ["POST /repos/{owner}/{repo}/attestations"],
  createAutolink: ["POST /repos/{owner}/{repo}/autolinks"],
  createCommitComment: [
   "POST /repos/{owner}/{repo}/commits/{commit_sha}/comments"
  ],
  createCommitSignatureProtection: [
   "POST /repos/{owner}/{repo}/branches/{branch}/protection/required_signatures"
  ],
  createCommitStatus: ["POST /repos/{owner}/{repo}/statuses/{sha}"],
  createDeployKey: ["POST /repos/{owner}/{repo}/keys"],
  createDeployment: ["POST /repos/{owner}/{repo}/deployments"],
  createDeploymentBranchPolicy: [
   "POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies"
  ],
  createDeploymentProtectionRule: [
   "POST /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules"
  ],
  createDeploymentStatus: [
   "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses"
  ],
  createDispatchEvent: ["POST /repos/{owner}/{repo}/dispatches"],
  createForAuthenticatedUser: ["POST /user/repos"],
  createFork: ["POST /repos/{owner}/{repo}/forks"],
  createInOrg: ["POST /orgs/{org}/repos"],
  createOrUpdateEnvironment: [
   "PUT /repos/{owner}/{repo}/environments/{environment_name}"
  ],
  createOrUpdateFileContents: ["PUT /repos/{owner}/{repo}/contents/{path}"],
  createOrgRuleset: ["POST /orgs/{org}/rulesets"],
  createPagesDeployment: ["POST /repos/{owner}/{repo}/pages/deployments"],
  createPagesSite: ["POST /repos/{owner}/{repo}/pages"],
  createRelease: ["POST /repos/{owner}/{repo}/releases"],
  createRepoRuleset: ["POST /repos/{owner}/{repo}/rulesets"],
  createUsingTemplate: [
   "POST /repos/{template_owner}/{template_repo}/generate"
  ],
  createWebhook: ["POST /repos/{owner}/{repo}/hooks"],
  customPropertiesForReposCreateOrUpdateRepositoryValues: [
   "PATCH /repos/{owner}/{repo}/properties/values"
  ],
  customPropertiesForReposGetRepositoryValues: [
   "GET /repos/{owner}/{repo}/properties/values"
  ],
  declineInvitation: [
   "DELETE /user/repository_invitations/{invitation_id}",
   {},
   { renamed: ["repos", "declineInvitationForAuthenticatedUser"] }
  ],
  declineInvitationForAuthenticatedUser: [
   "DELETE /user/repository_invitations/{invitation_id}"
  ],
  delete: ["DELETE /repos/{owner}/{repo}"],
  deleteAccessRestrictions: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/restrictions"
  ],
  deleteAdminBranchProtection: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/enforce_admins"
  ],
  deleteAnEnvironment: [
   "DELETE /repos/{owner}/{repo}/environments/{environment_name}"
  ],
  deleteAutolink: ["DELETE /repos/{owner}/{repo}/autolinks/{autolink_id}"],
  deleteBranchProtection: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection"
  ],
  deleteCommitComment: ["DELETE /repos/{owner}/{repo}/comments/{comment_id}"],
  deleteCommitSignatureProtection: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/required_signatures"
  ],
  deleteDeployKey: ["DELETE /repos/{owner}/{repo}/keys/{key_id}"],
  deleteDeployment: [
   "DELETE /repos/{owner}/{repo}/deployments/{deployment_id}"
  ],
  deleteDeploymentBranchPolicy: [
   "DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}"
  ],
  deleteFile: ["DELETE /repos/{owner}/{repo}/contents/{path}"],
  deleteInvitation: [
   "DELETE /repos/{owner}/{repo}/invitations/{invitation_id}"
  ],
  deleteOrgRuleset: ["DELETE /orgs/{org}/rulesets/{ruleset_id}"],
  deletePagesSite: ["DELETE /repos/{owner}/{repo}/pages"],
  deletePullRequestReviewProtection: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/required_pull_request_reviews"
  ],
  deleteRelease: ["DELETE /repos/{owner}/{repo}/releases/{release_id}"],
  deleteReleaseAsset: [
   "DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}"
  ],
  deleteRepoRuleset: ["DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}"],
  deleteWebhook: ["DELETE /repos/{owner}/{repo}/hooks/{hook_id}"],
  disableAutomatedSecurityFixes: [
   "DELETE /repos/{owner}/{repo}/automated-security-fixes"
  ],
  disableDeploymentProtectionRule: [
   "DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/{protection_rule_id}"
  ],
  disableImmutableReleases: [
   "DELETE /repos/{owner}/{repo}/immutable-releases"
  ],
  disablePrivateVulnerabilityReporting: [
   "DELETE /repos/{owner}/{repo}/private-vulnerability-reporting"
  ],
  disableVulnerabilityAlerts: [
   "DELETE /repos/{owner}/{repo}/vulnerability-alerts"
  ],
  downloadArchive: [
   "GET /repos/{owner}/{repo}/zipball/{ref}",
   {},
   { renamed: ["repos", "downloadZipballArchive"] }
  ],
  downloadTarballArchive: ["GET /repos/{owner}/{repo}/tarball/{ref}"],
  downloadZipballArchive: ["GET /repos/{owner}/{repo}/zipball/{ref}"],
  enableAutomatedSecurityFixes: [
   "PUT /repos/{owner}/{repo}/automated-security-fixes"
  ],
  enableImmutableReleases: ["PUT /repos/{owner}/{repo}/immutable-releases"],
  enablePrivateVulnerabilityReporting: [
   "PUT /repos/{owner}/{repo}/private-vulnerability-reporting"
  ],
  enableVulnerabilityAlerts: [
   "PUT /repos/{owner}/{repo}/vulnerability-alerts"
  ],
  generateReleaseNotes: [
   "POST /repos/{owner}/{repo}/releases/generate-notes"
  ],
  get: ["GET /repos/{owner}/{repo}"],
  getAccessRestrictions: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/restrictions"
  ],
  getAdminBranchProtection: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/enforce_admins"
  ],
  getAllDeploymentProtectionRules: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules"
  ],
  getAllEnvironments: ["GET /repos/{owner}/{repo}/environments"],
  getAllStatusCheckContexts: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks/contexts"
  ],
  getAllTopics: ["GET /repos/{owner}/{repo}/topics"],
  getAppsWithAccessToProtectedBranch: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/apps"
  ],
  getAutolink: ["GET /repos/{owner}/{repo}/autolinks/{autolink_id}"],
  getBranch: ["GET /repos/{owner}/{repo}/branches/{branch}"],
  getBranchProtection: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection"
  ],
  getBranchRules: ["GET /repos/{owner}/{repo}/rules/branches/{branch}"],
  getClones: ["GET /repos/{owner}/{repo}/traffic/clones"],
  getCodeFrequencyStats: ["GET /repos/{owner}/{repo}/stats/code_frequency"],
  getCollaboratorPermissionLevel: [
   "GET /repos/{owner}/{repo}/collaborators/{username}/permission"
  ],
  getCombinedStatusForRef: ["GET /repos/{owner}/{repo}/commits/{ref}/status"],
  getCommit: ["GET /repos/{owner}/{repo}/commits/{ref}"],
  getCommitActivityStats: ["GET /repos/{owner}/{repo}/stats/commit_activity"],
  getCommitComment: ["GET /repos/{owner}/{repo}/comments/{comment_id}"],
  getCommitSignatureProtection: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/required_signatures"
  ],
  getCommunityProfileMetrics: ["GET /repos/{owner}/{repo}/community/profile"],
  getContent: ["GET /repos/{owner}/{repo}/contents/{path}"],
  getContributorsStats: ["GET /repos/{owner}/{repo}/stats/contributors"],
  getCustomDeploymentProtectionRule: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/{protection_rule_id}"
  ],
  getDeployKey: ["GET /repos/{owner}/{repo}/keys/{key_id}"],
  getDeployment: ["GET /repos/{owner}/{repo}/deployments/{deployment_id}"],
  getDeploymentBranchPolicy: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}"
  ],
  getDeploymentStatus: [
   "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses/{status_id}"
  ],
  getEnvironment: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}"
  ],
  getLatestPagesBuild: ["GET /repos/{owner}/{repo}/pages/builds/latest"],
  getLatestRelease: ["GET /repos/{owner}/{repo}/releases/latest"],
  getOrgRuleSuite: ["GET /orgs/{org}/rulesets/rule-suites/{rule_suite_id}"],
  getOrgRuleSuites: ["GET /orgs/{org}/rulesets/rule-suites"],
  getOrgRuleset: ["GET /orgs/{org}/rulesets/{ruleset_id}"],
  getOrgRulesets: ["GET /orgs/{org}/rulesets"],
  getPages: ["GET /repos/{owner}/{repo}/pages"],
  getPagesBuild: ["GET /repos/{owner}/{repo}/pages/builds/{build_id}"],
  getPagesDeployment: [
   "GET /repos/{owner}/{repo}/pages/deployments/{pages_deployment_id}"
  ],
  getPagesHealthCheck: ["GET /repos/{owner}/{repo}/pages/health"],
  getParticipationStats: ["GET /repos/{owner}/{repo}/stats/participation"],
  getPullRequestReviewProtection: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/required_pull_request_reviews"
  ],
  getPunchCardStats: ["GET /repos/{owner}/{repo}/stats/punch_card"],
  getReadme: ["GET /repos/{owner}/{repo}/readme"],
  getReadmeInDirectory: ["GET /repos/{owner}/{repo}/readme/{dir}"],
  getRelease: ["GET /repos/{owner}/{repo}/releases/{release_id}"],
  getReleaseAsset: ["GET /repos/{owner}/{repo}/releases/assets/{asset_id}"],
  getReleaseByTag: ["GET /repos/{owner}/{repo}/releases/tags/{tag}"],
  getRepoRuleSuite: [
   "GET /repos/{owner}/{repo}/rulesets/rule-suites/{rule_suite_id}"
  ],
  getRepoRuleSuites: ["GET /repos/{owner}/{repo}/rulesets/rule-suites"],
  getRepoRuleset: ["GET /repos/{owner}/{repo}/rulesets/{ruleset_id}"],
  getRepoRulesetHistory: [
   "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}/history"
  ],
  getRepoRulesetVersion: [
   "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}/history/{version_id}"
  ],
  getRepoRulesets: ["GET /repos/{owner}/{repo}/rulesets"],
  getStatusChecksProtection: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks"
  ],
  getTeamsWithAccessToProtectedBranch: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/teams"
  ],
  getTopPaths: ["GET /repos/{owner}/{repo}/traffic/popular/paths"],
  getTopReferrers: ["GET /repos/{owner}/{repo}/traffic/popular/referrers"],
  getUsersWithAccessToProtectedBranch: [
   "GET /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/users"
  ],
  getViews: ["GET /repos/{owner}/{repo}/traffic/views"],
  getWebhook: ["GET /repos/{owner}/{repo}/hooks/{hook_id}"],
  getWebhookConfigForRepo: [
   "GET /repos/{owner}/{repo}/hooks/{hook_id}/config"
  ],
  getWebhookDelivery: [
   "GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}"
  ],
  listActivities: ["GET /repos/{owner}/{repo}/activity"],
  listAttestations: [
   "GET /repos/{owner}/{repo}/attestations/{subject_digest}"
  ],
  listAutolinks: ["GET /repos/{owner}/{repo}/autolinks"],
  listBranches: ["GET /repos/{owner}/{repo}/branches"],
  listBranchesForHeadCommit: [
   "GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head"
  ],
  listCollaborators: ["GET /repos/{owner}/{repo}/collaborators"],
  listCommentsForCommit: [
   "GET /repos/{owner}/{repo}/commits/{commit_sha}/comments"
  ],
  listCommitCommentsForRepo: ["GET /repos/{owner}/{repo}/comments"],
  listCommitStatusesForRef: [
   "GET /repos/{owner}/{repo}/commits/{ref}/statuses"
  ],
  listCommits: ["GET /repos/{owner}/{repo}/commits"],
  listContributors: ["GET /repos/{owner}/{repo}/contributors"],
  listCustomDeploymentRuleIntegrations: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/apps"
  ],
  listDeployKeys: ["GET /repos/{owner}/{repo}/keys"],
  listDeploymentBranchPolicies: [
   "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies"
  ],
  listDeploymentStatuses: [
   "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses"
  ],
  listDeployments: ["GET /repos/{owner}/{repo}/deployments"],
  listForAuthenticatedUser: ["GET /user/repos"],
  listForOrg: ["GET /orgs/{org}/repos"],
  listForUser: ["GET /users/{username}/repos"],
  listForks: ["GET /repos/{owner}/{repo}/forks"],
  listInvitations: ["GET /repos/{owner}/{repo}/invitations"],
  listInvitationsForAuthenticatedUser: ["GET /user/repository_invitations"],
  listLanguages: ["GET /repos/{owner}/{repo}/languages"],
  listPagesBuilds: ["GET /repos/{owner}/{repo}/pages/builds"],
  listPublic: ["GET /repositories"],
  listPullRequestsAssociatedWithCommit: [
   "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls"
  ],
  listReleaseAssets: [
   "GET /repos/{owner}/{repo}/releases/{release_id}/assets"
  ],
  listReleases: ["GET /repos/{owner}/{repo}/releases"],
  listTags: ["GET /repos/{owner}/{repo}/tags"],
  listTeams: ["GET /repos/{owner}/{repo}/teams"],
  listWebhookDeliveries: [
   "GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries"
  ],
  listWebhooks: ["GET /repos/{owner}/{repo}/hooks"],
  merge: ["POST /repos/{owner}/{repo}/merges"],
  mergeUpstream: ["POST /repos/{owner}/{repo}/merge-upstream"],
  pingWebhook: ["POST /repos/{owner}/{repo}/hooks/{hook_id}/pings"],
  redeliverWebhookDelivery: [
   "POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts"
  ],
  removeAppAccessRestrictions: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/apps",
   {},
   { mapToData: "apps" }
  ],
  removeCollaborator: [
   "DELETE /repos/{owner}/{repo}/collaborators/{username}"
  ],
  removeStatusCheckContexts: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks/contexts",
   {},
   { mapToData: "contexts" }
  ],
  removeStatusCheckProtection: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks"
  ],
  removeTeamAccessRestrictions: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/teams",
   {},
   { mapToData: "teams" }
  ],
  removeUserAccessRestrictions: [
   "DELETE /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/users",
   {},
   { mapToData: "users" }
  ],
  renameBranch: ["POST /repos/{owner}/{repo}/branches/{branch}/rename"],
  replaceAllTopics: ["PUT /repos/{owner}/{repo}/topics"],
  requestPagesBuild: ["POST /repos/{owner}/{repo}/pages/builds"],
  setAdminBranchProtection: [
   "POST /repos/{owner}/{repo}/branches/{branch}/protection/enforce_admins"
  ],
  setAppAccessRestrictions: [
   "PUT /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/apps",
   {},
   { mapToData: "apps" }
  ],
  setStatusCheckContexts: [
   "PUT /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks/contexts",
   {},
   { mapToData: "contexts" }
  ],
  setTeamAccessRestrictions: [
   "PUT /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/teams",
   {},
   { mapToData: "teams" }
  ],
  setUserAccessRestrictions: [
   "PUT /repos/{owner}/{repo}/branches/{branch}/protection/restrictions/users",
   {},
   { mapToData: "users" }
  ],
  testPushWebhook: ["POST /repos/{owner}/{repo}/hooks/{hook_id}/tests"],
  transfer: ["POST /repos/{owner}/{repo}/transfer"],
  update: ["PATCH /repos/{owner}/{repo}"],
  updateBranchProtection: [
   "PUT /repos/{owner}/{repo}/branches/{branch}/protection"
  ],
  updateCommitComment: ["PATCH /repos/{owner}/{repo}/comments/{comment_id}"],
  updateDeploymentBranchPolicy: [
   "PUT /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}"
  ],
  updateInformationAboutPagesSite: ["PUT /repos/{owner}/{repo}/pages"],
  updateInvitation: [
   "PATCH /repos/{owner}/{repo}/invitations/{invitation_id}"
  ],
  updateOrgRuleset: ["PUT /orgs/{org}/rulesets/{ruleset_id}"],
  updatePullRequestReviewProtection: [
   "PATCH /repos/{owner}/{repo}/branches/{branch}/protection/required_pull_request_reviews"
  ],
  updateRelease: ["PATCH /repos/{owner}/{repo}/releases/{release_id}"],
  updateReleaseAsset: [
   "PATCH /repos/{owner}/{repo}/releases/assets/{asset_id}"
  ],
  updateRepoRuleset: ["PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}"],
  updateStatusCheckPotection: [
   "PATCH /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks",
   {},
   { renamed: ["repos", "updateStatusCheckProtection"] }
  ],
  updateStatusCheckProtection: [
   "PATCH /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks"
  ],
  updateWebhook: ["PATCH /repos/{owner}/{repo}/hooks/{hook_id}"],
  updateWebhookConfigForRepo: [
   "PATCH /repos/{owner}/{repo}/hooks/{hook_id}/config"
  ],
  uploadReleaseAsset: [
   "POST /repos/{owner}/{repo}/releases/{release_id}/assets{?name,label}",
   { baseUrl: "https://uploads.github.com" }
  ]
 },
 search: {
  code: ["GET /search/code"],
  commits: ["GET /search/commits"],
  issuesAndPullRequests: ["GET /search/issues"],
  labels: ["GET /search/labels"],
  repos: ["GET /search/repositories"],
  topics: ["GET /search/topics"],
  users: ["GET /search/users"]
 },
 secretScanning: {
  createPushProtectionBypass: [
   "POST /repos/{owner}/{repo}/secret-scanning/push-protection-bypasses"
  ],
  getAlert: [
   "GET /repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}"
  ],
  getScanHistory: ["GET /repos/{owner}/{repo}/secret-scanning/scan-history"],
  listAlertsForOrg: ["GET /orgs/{org}/secret-scanning/alerts"],
  listAlertsForRepo: ["GET /repos/{owner}/{repo}/secret-scanning/alerts"],
  listLocationsForAlert: [
   "GET /repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}/locations"
  ],
  listOrgPatternConfigs: [
   "GET /orgs/{org}/secret-scanning/pattern-configurations"
  ],
  updateAlert: [
   "PATCH /repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}"
  ],
  updateOrgPatternConfigs: [
   "PATCH /orgs/{org}/secret-scanning/pattern-configurations"
  ]
 },
 securityAdvisories: {
  createFork: [
   "POST /repos/{owner}/{repo}/security-advisories/{ghsa_id}/forks"
  ],
  createPrivateVulnerabilityReport: [
   "POST /repos/{owner}/{repo}/security-advisories/reports"
  ],
  createRepositoryAdvisory: [
   "POST /repos/{owner}/{repo}/security-advisories"
  ],
  createRepositoryAdvisoryCveRequest: [
   "POST /repos/{owner}/{repo}/security-advisories/{ghsa_id}/cve"
  ],
  getGlobalAdvisory: ["GET /advisories/{ghsa_id}"],
  getRepositoryAdvisory: [
   "GET /repos/{owner}/{repo}/security-advisories/{ghsa_id}"
  ],
  listGlobalAdvisories: ["GET /advisories"],
  listOrgRepositoryAdvisories: ["GET /orgs/{org}/security-advisories"],
  listRepositoryAdvisories: ["GET /repos/{owner}/{repo}/security-advisories"],
  updateRepositoryAdvisory: [
   "PATCH /repos/{owner}/{repo}/security-advisories/{ghsa_id}"
  ]
 },
 teams: {
  addOrUpdateMembershipForUserInOrg: [
   "PUT /orgs/{org}/teams/{team_slug}/memberships/{username}"
  ],
  addOrUpdateRepoPermissionsInOrg: [
   "PUT /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}"
  ],
  checkPermissionsForRepoInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}"
  ],
  create: ["POST /orgs/{org}/teams"],
  createDiscussionCommentInOrg: [
   "POST /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments"
  ],
  createDiscussionInOrg: ["POST /orgs/{org}/teams/{team_slug}/discussions"],
  deleteDiscussionCommentInOrg: [
   "DELETE /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments/{comment_number}"
  ],
  deleteDiscussionInOrg: [
   "DELETE /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}"
  ],
  deleteInOrg: ["DELETE /orgs/{org}/teams/{team_slug}"],
  getByName: ["GET /orgs/{org}/teams/{team_slug}"],
  getDiscussionCommentInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments/{comment_number}"
  ],
  getDiscussionInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}"
  ],
  getMembershipForUserInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/memberships/{username}"
  ],
  list: ["GET /orgs/{org}/teams"],
  listChildInOrg: ["GET /orgs/{org}/teams/{team_slug}/teams"],
  listDiscussionCommentsInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments"
  ],
  listDiscussionsInOrg: ["GET /orgs/{org}/teams/{team_slug}/discussions"],
  listForAuthenticatedUser: ["GET /user/teams"],
  listMembersInOrg: ["GET /orgs/{org}/teams/{team_slug}/members"],
  listPendingInvitationsInOrg: [
   "GET /orgs/{org}/teams/{team_slug}/invitations"
  ],
  listReposInOrg: ["GET /orgs/{org}/teams/{team_slug}/repos"],
  removeMembershipForUserInOrg: [
   "DELETE /orgs/{org}/teams/{team_slug}/memberships/{username}"
  ],
  removeRepoInOrg: [
   "DELETE /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}"
  ],
  updateDiscussionCommentInOrg: [
   "PATCH /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments/{comment_number}"
  ],
  updateDiscussionInOrg: [
   "PATCH /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}"
  ],
  updateInOrg: ["PATCH /orgs/{org}/teams/{team_slug}"]
 },
 users: {
  addEmailForAuthenticated: [
   "POST /user/emails",
   {},
   { renamed: ["users", "addEmailForAuthenticatedUser"] }
  ],
  addEmailForAuthenticatedUser: ["POST /user/emails"],
  addSocialAccountForAuthenticatedUser: ["POST /user/social_accounts"],
  block: ["PUT /user/blocks/{username}"],
  checkBlocked: ["GET /user/blocks/{username}"],
  checkFollowingForUser: ["GET /users/{username}/following/{target_user}"],
  checkPersonIsFollowedByAuthenticated: ["GET /user/following/{username}"],
  createGpgKeyForAuthenticated: [
   "POST /user/gpg_keys",
   {},
   { renamed: ["users", "createGpgKeyForAuthenticatedUser"] }
  ],
  createGpgKeyForAuthenticatedUser: ["POST /user/gpg_keys"],
  createPublicSshKeyForAuthenticated: [
   "POST /user/keys",
   {},
   { renamed: ["users", "createPublicSshKeyForAuthenticatedUser"] }
  ],
  createPublicSshKeyForAuthenticatedUser: ["POST /user/keys"],
  createSshSigningKeyForAuthenticatedUser: ["POST /user/ssh_signing_keys"],
  deleteAttestationsBulk: [
   "POST /users/{username}/attestations/delete-request"
  ],
  deleteAttestationsById: [
   "DELETE /users/{username}/attestations/{attestation_id}"
  ],
  deleteAttestationsBySubjectDigest: [
   "DELETE /users/{username}/attestations/digest/{subject_digest}"
  ],
  deleteEmailForAuthenticated: [
   "DELETE /user/emails",
   {},
   { renamed: ["users", "deleteEmailForAuthenticatedUser"] }
  ],
  deleteEmailForAuthenticatedUser: ["DELETE /user/emails"],
  deleteGpgKeyForAuthenticated: [
   "DELETE /user/gpg_keys/{gpg_key_id}",
   {},
   { renamed: ["users", "deleteGpgKeyForAuthenticatedUser"] }
  ],
  deleteGpgKeyForAuthenticatedUser: ["DELETE /user/gpg_keys/{gpg_key_id}"],
  deletePublicSshKeyForAuthenticated: [
   "DELETE /user/keys/{key_id}",
   {},
   { renamed: ["users", "deletePublicSshKeyForAuthenticatedUser"] }
  ],
  deletePublicSshKeyForAuthenticatedUser: ["DELETE /user/keys/{key_id}"],
  deleteSocialAccountForAuthenticatedUser: ["DELETE /user/social_accounts"],
  deleteSshSigningKeyForAuthenticatedUser: [
   "DELETE /user/ssh_signing_keys/{ssh_signing_key_id}"
  ],
  follow: ["PUT /user/following/{username}"],
  getAuthenticated: ["GET /user"],
  getById: ["GET /user/{account_id}"],
  getByUsername: ["GET /users/{username}"],
  getContextForUser: ["GET /users/{username}/hovercard"],
  getGpgKeyForAuthenticated: [
   "GET /user/gpg_keys/{gpg_key_id}",
   {},
   { renamed: ["users", "getGpgKeyForAuthenticatedUser"] }
  ],
  getGpgKeyForAuthenticatedUser: ["GET /user/gpg_keys/{gpg_key_id}"],
  getPublicSshKeyForAuthenticated: [
   "GET /user/keys/{key_id}",
   {},
   { renamed: ["users", "getPublicSshKeyForAuthenticatedUser"] }
  ],
  getPublicSshKeyForAuthenticatedUser: ["GET /user/keys/{key_id}"],
  getSshSigningKeyForAuthenticatedUser: [
   "GET /user/ssh_signing_keys/{ssh_signing_key_id}"
  ],
  list: ["GET /users"],
  listAttestations: ["GET /users/{username}/attestations/{subject_digest}"],
  listAttestationsBulk: [
   "POST /users/{username}/attestations/bulk-list{?per_page,before,after}"
  ],
  listBlockedByAuthenticated: [
   "GET /user/blocks",
   {},
   { renamed: ["users", "listBlockedByAuthenticatedUser"] }
  ],
  listBlockedByAuthenticatedUser: ["GET /user/blocks"],
  listEmailsForAuthenticated: [
   "GET /user/emails",
   {},
   { renamed: ["users", "listEmailsForAuthenticatedUser"] }
  ],
  listEmailsForAuthenticatedUser: ["GET /user/emails"],
  listFollowedByAuthenticated: [
   "GET /user/following",
   {},
   { renamed: ["users", "listFollowedByAuthenticatedUser"] }
  ],
  listFollowedByAuthenticatedUser: ["GET /user/following"],
  listFollowersForAuthenticatedUser: ["GET /user/followers"],
  listFollowersForUser: ["GET /users/{username}/followers"],
  listFollowingForUser: ["GET /users/{username}/following"],
  listGpgKeysForAuthenticated: [
   "GET /user/gpg_keys",
   {},
   { renamed: ["users", "listGpgKeysForAuthenticatedUser"] }
  ],
  listGpgKeysForAuthenticatedUser: ["GET /user/gpg_keys"],
  listGpgKeysForUser: ["GET /users/{username}/gpg_keys"],
  listPublicEmailsForAuthenticated: [
   "GET /user/public_emails",
   {},
   { renamed: ["users", "listPublicEmailsForAuthenticatedUser"] }
  ],
  listPublicEmailsForAuthenticatedUser: ["GET /user/public_emails"],
  listPublicKeysForUser: ["GET /users/{username}/keys"],
  listPublicSshKeysForAuthenticated: [
   "GET /user/keys",
   {},
   { renamed: ["users", "listPublicSshKeysForAuthenticatedUser"] }
  ],
  listPublicSshKeysForAuthenticatedUser: ["GET /user/keys"],
  listSocialAccountsForAuthenticatedUser: ["GET /user/social_accounts"],
  listSocialAccountsForUser: ["GET /users/{username}/social_accounts"],
  listSshSigningKeysForAuthenticatedUser: ["GET /user/ssh_signing_keys"],
  listSshSigningKeysForUser: ["GET /users/{username}/ssh_signing_keys"],
  setPrimaryEmailVisibilityForAuthenticated: [
   "PATCH /user/email/visibility",
   {},
   { renamed: ["users", "setPrimaryEmailVisibilityForAuthenticatedUser"] }
  ],
  setPrimaryEmailVisibilityForAuthenticatedUser: [
   "PATCH /user/email/visibility"
  ],
  unblock: ["DELETE /user/blocks/{username}"],
  unfollow: ["DELETE /user/following/{username}"],
  updateAuthenticated: ["PATCH /user"]
 }
};
var endpoints_default = Endpoints;
;
const endpointMethodsMap =  new Map();
for (const [scope, endpoints] of Object.entries(endpoints_default)) {
 for (const [methodName, endpoint] of Object.entries(endpoints)) {
  const [route, defaults, decorations] = endpoint;
  const [method, url] = route.split(/ /);
  const endpointDefaults = Object.assign(
   {
    method,
    url
   },
   defaults
  );
  if (!endpointMethodsMap.has(scope)) {
   endpointMethodsMap.set(scope,  new Map());
  }
  endpointMethodsMap.get(scope).set(methodName, {
   scope,
   methodName,
   endpointDefaults,
   decorations
  });
 }
}
const handler = {
 has({ scope }, methodName) {
  return endpointMethodsMap.get(scope).has(methodName);
 },
 getOwnPropertyDescriptor(target, methodName) {
  return {
   value: this.get(target, methodName),
   configurable: true,
   writable: true,
   enumerable: true
  };
 },
 defineProperty(target, methodName, descriptor) {
  Object.defineProperty(target.cache, methodName, descriptor);
  return true;
 },
 deleteProperty(target, methodName) {
  delete target.cache[methodName];
  return true;
 },
 ownKeys({ scope }) {
  return [...endpointMethodsMap.get(scope).keys()];
 },
 set(target, methodName, value) {
  return target.cache[methodName] = value;
 },
 get({ octokit, scope, cache }, methodName) {
  if (cache[methodName]) {
   return cache[methodName];
  }
  const method = endpointMethodsMap.get(scope).get(methodName);
  if (!method) {
   return void 0;
  }
  const { endpointDefaults, decorations } = method;
  if (decorations) {
   cache[methodName] = decorate(
    octokit,
    scope,
    methodName,
    endpointDefaults,
    decorations
   );
  } else {
   cache[methodName] = octokit.request.defaults(endpointDefaults);
  }
  return cache[methodName];
 }
};
function endpointsToMethods(octokit) {
 const newMethods = {};
 for (const scope of endpointMethodsMap.keys()) {
  newMethods[scope] = new Proxy({ octokit, scope, cache: {} }, handler);
 }
 return newMethods;
}
function decorate(octokit, scope, methodName, defaults, decorations) {
 const requestWithDefaults = octokit.request.defaults(defaults);
 function withDecorations(...args) {
  let options = requestWithDefaults.endpoint.merge(...args);
  if (decorations.mapToData) {
   options = Object.assign({}, options, {
    data: options[decorations.mapToData],
    [decorations.mapToData]: void 0
   });
   return requestWithDefaults(options);
  }
  if (decorations.renamed) {
   const [newScope, newMethodName] = decorations.renamed;
   octokit.log.warn(
    `octokit.${scope}.${methodName}() has been renamed to octokit.${newScope}.${newMethodName}()`
   );
  }
  if (decorations.deprecated) {
   octokit.log.warn(decorations.deprecated);
  }
  if (decorations.renamedParameters) {
   const options2 = requestWithDefaults.endpoint.merge(...args);
   for (const [name, alias] of Object.entries(
    decorations.renamedParameters
   )) {
    if (name in options2) {
     octokit.log.warn(
      `"${name}" parameter is deprecated for "octokit.${scope}.${methodName}()". Use "${alias}" instead`
     );
     if (!(alias in options2)) {
      options2[alias] = options2[name];
     }
     delete options2[name];
    }
   }
   return requestWithDefaults(options2);
  }
  return requestWithDefaults(...args);
 }
 return Object.assign(withDecorations, requestWithDefaults);
}
;
function restEndpointMethods(octokit) {
 const api = endpointsToMethods(octokit);
 return {
  rest: api
 };
}
restEndpointMethods.VERSION = dist_src_version_VERSION;
function legacyRestEndpointMethods(octokit) {
 const api = endpointsToMethods(octokit);
 return {
  ...api,
  rest: api
 };
}
legacyRestEndpointMethods.VERSION = dist_src_version_VERSION;
;
var plugin_paginate_rest_dist_bundle_VERSION = "0.0.0-development";
function normalizePaginatedListResponse(response) {
 if (!response.data) {
  return {
   ...response,
   data: []
  };
 }
 const responseNeedsNormalization = ("total_count" in response.data || "total_commits" in response.data) && !("url" in response.data);
 if (!responseNeedsNormalization) return response;
 const incompleteResults = response.data.incomplete_results;
 const repositorySelection = response.data.repository_selection;
 const totalCount = response.data.total_count;
 const totalCommits = response.data.total_commits;
 delete response.data.incomplete_results;
 delete response.data.repository_selection;
 delete response.data.total_count;
 delete response.data.total_commits;
 const namespaceKey = Object.keys(response.data)[0];
 const data = response.data[namespaceKey];
 response.data = data;
 if (typeof incompleteResults !== "undefined") {
  response.data.incomplete_results = incompleteResults;
 }
 if (typeof repositorySelection !== "undefined") {
  response.data.repository_selection = repositorySelection;
 }
 response.data.total_count = totalCount;
 response.data.total_commits = totalCommits;
 return response;
}
function iterator(octokit, route, parameters) {
 const options = typeof route === "function" ? route.endpoint(parameters) : octokit.request.endpoint(route, parameters);
 const requestMethod = typeof route === "function" ? route : octokit.request;
 const method = options.method;
 const headers = options.headers;
 let url = options.url;
 return {
  [Symbol.asyncIterator]: () => ({
   async next() {
    if (!url) return { done: true };
    try {
     const response = await requestMethod({ method, url, headers });
     const normalizedResponse = normalizePaginatedListResponse(response);
     url = ((normalizedResponse.headers.link || "").match(
      /<([^<>]+)>;\s*rel="next"/
     ) || [])[1];
     if (!url && "total_commits" in normalizedResponse.data) {
      const parsedUrl = new URL(normalizedResponse.url);
      const params = parsedUrl.searchParams;
      const page = parseInt(params.get("page") || "1", 10);
      const per_page = parseInt(params.get("per_page") || "250", 10);
      if (page * per_page < normalizedResponse.data.total_commits) {
       params.set("page", String(page + 1));
       url = parsedUrl.toString();
      }
     }
     return { value: normalizedResponse };
    } catch (error) {
     if (error.status !== 409) throw error;
     url = "";
     return {
      value: {
       status: 200,
       headers: {},
       data: []
      }
     };
    }
   }
  })
 };
}
function paginate(octokit, route, parameters, mapFn) {
 if (typeof parameters === "function") {
  mapFn = parameters;
  parameters = void 0;
 }
 return gather(
  octokit,
  [],
  iterator(octokit, route, parameters)[Symbol.asyncIterator](),
  mapFn
 );
}
function gather(octokit, results, iterator2, mapFn) {
 return iterator2.next().then((result) => {
  if (result.done) {
   return results;
  }
  let earlyExit = false;
  function done() {
   earlyExit = true;
  }
  results = results.concat(
   mapFn ? mapFn(result.value, done) : result.value.data
  );
  if (earlyExit) {
   return results;
  }
  return gather(octokit, results, iterator2, mapFn);
 });
}
var composePaginateRest = Object.assign(paginate, {
 iterator
});
var paginatingEndpoints = ( null && ([
 "GET /advisories",
 "GET /app/hook/deliveries",
 "GET /app/installation-requests",
 "GET /app/installations",
 "GET /assignments/{assignment_id}/accepted_assignments",
 "GET /classrooms",
 "GET /classrooms/{classroom_id}/assignments",
 "GET /enterprises/{enterprise}/code-security/configurations",
 "GET /enterprises/{enterprise}/code-security/configurations/{configuration_id}/repositories",
 "GET /enterprises/{enterprise}/dependabot/alerts",
 "GET /enterprises/{enterprise}/teams",
 "GET /enterprises/{enterprise}/teams/{enterprise-team}/memberships",
 "GET /enterprises/{enterprise}/teams/{enterprise-team}/organizations",
 "GET /events",
 "GET /gists",
 "GET /gists/public",
 "GET /gists/starred",
 "GET /gists/{gist_id}/comments",
 "GET /gists/{gist_id}/commits",
 "GET /gists/{gist_id}/forks",
 "GET /installation/repositories",
 "GET /issues",
 "GET /licenses",
 "GET /marketplace_listing/plans",
 "GET /marketplace_listing/plans/{plan_id}/accounts",
 "GET /marketplace_listing/stubbed/plans",
 "GET /marketplace_listing/stubbed/plans/{plan_id}/accounts",
 "GET /networks/{owner}/{repo}/events",
 "GET /notifications",
 "GET /organizations",
 "GET /organizations/{org}/dependabot/repository-access",
 "GET /orgs/{org}/actions/cache/usage-by-repository",
 "GET /orgs/{org}/actions/hosted-runners",
 "GET /orgs/{org}/actions/permissions/repositories",
 "GET /orgs/{org}/actions/permissions/self-hosted-runners/repositories",
 "GET /orgs/{org}/actions/runner-groups",
 "GET /orgs/{org}/actions/runner-groups/{runner_group_id}/hosted-runners",
 "GET /orgs/{org}/actions/runner-groups/{runner_group_id}/repositories",
 "GET /orgs/{org}/actions/runner-groups/{runner_group_id}/runners",
 "GET /orgs/{org}/actions/runners",
 "GET /orgs/{org}/actions/secrets",
 "GET /orgs/{org}/actions/secrets/{secret_name}/repositories",
 "GET /orgs/{org}/actions/variables",
 "GET /orgs/{org}/actions/variables/{name}/repositories",
 "GET /orgs/{org}/attestations/repositories",
 "GET /orgs/{org}/attestations/{subject_digest}",
 "GET /orgs/{org}/blocks",
 "GET /orgs/{org}/campaigns",
 "GET /orgs/{org}/code-scanning/alerts",
 "GET /orgs/{org}/code-security/configurations",
 "GET /orgs/{org}/code-security/configurations/{configuration_id}/repositories",
 "GET /orgs/{org}/codespaces",
 "GET /orgs/{org}/codespaces/secrets",
 "GET /orgs/{org}/codespaces/secrets/{secret_name}/repositories",
 "GET /orgs/{org}/copilot/billing/seats",
 "GET /orgs/{org}/copilot/metrics",
 "GET /orgs/{org}/dependabot/alerts",
 "GET /orgs/{org}/dependabot/secrets",
 "GET /orgs/{org}/dependabot/secrets/{secret_name}/repositories",
 "GET /orgs/{org}/events",
 "GET /orgs/{org}/failed_invitations",
 "GET /orgs/{org}/hooks",
 "GET /orgs/{org}/hooks/{hook_id}/deliveries",
 "GET /orgs/{org}/insights/api/route-stats/{actor_type}/{actor_id}",
 "GET /orgs/{org}/insights/api/subject-stats",
 "GET /orgs/{org}/insights/api/user-stats/{user_id}",
 "GET /orgs/{org}/installations",
 "GET /orgs/{org}/invitations",
 "GET /orgs/{org}/invitations/{invitation_id}/teams",
 "GET /orgs/{org}/issues",
 "GET /orgs/{org}/members",
 "GET /orgs/{org}/members/{username}/codespaces",
 "GET /orgs/{org}/migrations",
 "GET /orgs/{org}/migrations/{migration_id}/repositories",
 "GET /orgs/{org}/organization-roles/{role_id}/teams",
 "GET /orgs/{org}/organization-roles/{role_id}/users",
 "GET /orgs/{org}/outside_collaborators",
 "GET /orgs/{org}/packages",
 "GET /orgs/{org}/packages/{package_type}/{package_name}/versions",
 "GET /orgs/{org}/personal-access-token-requests",
 "GET /orgs/{org}/personal-access-token-requests/{pat_request_id}/repositories",
 "GET /orgs/{org}/personal-access-tokens",
 "GET /orgs/{org}/personal-access-tokens/{pat_id}/repositories",
 "GET /orgs/{org}/private-registries",
 "GET /orgs/{org}/projects",
 "GET /orgs/{org}/projectsV2",
 "GET /orgs/{org}/projectsV2/{project_number}/fields",
 "GET /orgs/{org}/projectsV2/{project_number}/items",
 "GET /orgs/{org}/properties/values",
 "GET /orgs/{org}/public_members",
 "GET /orgs/{org}/repos",
 "GET /orgs/{org}/rulesets",
 "GET /orgs/{org}/rulesets/rule-suites",
 "GET /orgs/{org}/rulesets/{ruleset_id}/history",
 "GET /orgs/{org}/secret-scanning/alerts",
 "GET /orgs/{org}/security-advisories",
 "GET /orgs/{org}/settings/immutable-releases/repositories",
 "GET /orgs/{org}/settings/network-configurations",
 "GET /orgs/{org}/team/{team_slug}/copilot/metrics",
 "GET /orgs/{org}/teams",
 "GET /orgs/{org}/teams/{team_slug}/discussions",
 "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments",
 "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/comments/{comment_number}/reactions",
 "GET /orgs/{org}/teams/{team_slug}/discussions/{discussion_number}/reactions",
 "GET /orgs/{org}/teams/{team_slug}/invitations",
 "GET /orgs/{org}/teams/{team_slug}/members",
 "GET /orgs/{org}/teams/{team_slug}/projects",
 "GET /orgs/{org}/teams/{team_slug}/repos",
 "GET /orgs/{org}/teams/{team_slug}/teams",
 "GET /projects/{project_id}/collaborators",
 "GET /repos/{owner}/{repo}/actions/artifacts",
 "GET /repos/{owner}/{repo}/actions/caches",
 "GET /repos/{owner}/{repo}/actions/organization-secrets",
 "GET /repos/{owner}/{repo}/actions/organization-variables",
 "GET /repos/{owner}/{repo}/actions/runners",
 "GET /repos/{owner}/{repo}/actions/runs",
 "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts",
 "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs",
 "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs",
 "GET /repos/{owner}/{repo}/actions/secrets",
 "GET /repos/{owner}/{repo}/actions/variables",
 "GET /repos/{owner}/{repo}/actions/workflows",
 "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
 "GET /repos/{owner}/{repo}/activity",
 "GET /repos/{owner}/{repo}/assignees",
 "GET /repos/{owner}/{repo}/attestations/{subject_digest}",
 "GET /repos/{owner}/{repo}/branches",
 "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
 "GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs",
 "GET /repos/{owner}/{repo}/code-scanning/alerts",
 "GET /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/instances",
 "GET /repos/{owner}/{repo}/code-scanning/analyses",
 "GET /repos/{owner}/{repo}/codespaces",
 "GET /repos/{owner}/{repo}/codespaces/devcontainers",
 "GET /repos/{owner}/{repo}/codespaces/secrets",
 "GET /repos/{owner}/{repo}/collaborators",
 "GET /repos/{owner}/{repo}/comments",
 "GET /repos/{owner}/{repo}/comments/{comment_id}/reactions",
 "GET /repos/{owner}/{repo}/commits",
 "GET /repos/{owner}/{repo}/commits/{commit_sha}/comments",
 "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
 "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
 "GET /repos/{owner}/{repo}/commits/{ref}/check-suites",
 "GET /repos/{owner}/{repo}/commits/{ref}/status",
 "GET /repos/{owner}/{repo}/commits/{ref}/statuses",
 "GET /repos/{owner}/{repo}/compare/{basehead}",
 "GET /repos/{owner}/{repo}/compare/{base}...{head}",
 "GET /repos/{owner}/{repo}/contributors",
 "GET /repos/{owner}/{repo}/dependabot/alerts",
 "GET /repos/{owner}/{repo}/dependabot/secrets",
 "GET /repos/{owner}/{repo}/deployments",
 "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
 "GET /repos/{owner}/{repo}/environments",
 "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
 "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/apps",
 "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets",
 "GET /repos/{owner}/{repo}/environments/{environment_name}/variables",
 "GET /repos/{owner}/{repo}/events",
 "GET /repos/{owner}/{repo}/forks",
 "GET /repos/{owner}/{repo}/hooks",
 "GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries",
 "GET /repos/{owner}/{repo}/invitations",
 "GET /repos/{owner}/{repo}/issues",
 "GET /repos/{owner}/{repo}/issues/comments",
 "GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
 "GET /repos/{owner}/{repo}/issues/events",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocking",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/events",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/labels",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/reactions",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues",
 "GET /repos/{owner}/{repo}/issues/{issue_number}/timeline",
 "GET /repos/{owner}/{repo}/keys",
 "GET /repos/{owner}/{repo}/labels",
 "GET /repos/{owner}/{repo}/milestones",
 "GET /repos/{owner}/{repo}/milestones/{milestone_number}/labels",
 "GET /repos/{owner}/{repo}/notifications",
 "GET /repos/{owner}/{repo}/pages/builds",
 "GET /repos/{owner}/{repo}/projects",
 "GET /repos/{owner}/{repo}/pulls",
 "GET /repos/{owner}/{repo}/pulls/comments",
 "GET /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions",
 "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments",
 "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits",
 "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
 "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
 "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments",
 "GET /repos/{owner}/{repo}/releases",
 "GET /repos/{owner}/{repo}/releases/{release_id}/assets",
 "GET /repos/{owner}/{repo}/releases/{release_id}/reactions",
 "GET /repos/{owner}/{repo}/rules/branches/{branch}",
 "GET /repos/{owner}/{repo}/rulesets",
 "GET /repos/{owner}/{repo}/rulesets/rule-suites",
 "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}/history",
 "GET /repos/{owner}/{repo}/secret-scanning/alerts",
 "GET /repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}/locations",
 "GET /repos/{owner}/{repo}/security-advisories",
 "GET /repos/{owner}/{repo}/stargazers",
 "GET /repos/{owner}/{repo}/subscribers",
 "GET /repos/{owner}/{repo}/tags",
 "GET /repos/{owner}/{repo}/teams",
 "GET /repos/{owner}/{repo}/topics",
 "GET /repositories",
 "GET /search/code",
 "GET /search/commits",
 "GET /search/issues",
 "GET /search/labels",
 "GET /search/repositories",
 "GET /search/topics",
 "GET /search/users",
 "GET /teams/{team_id}/discussions",
 "GET /teams/{team_id}/discussions/{discussion_number}/comments",
 "GET /teams/{team_id}/discussions/{discussion_number}/comments/{comment_number}/reactions",
 "GET /teams/{team_id}/discussions/{discussion_number}/reactions",
 "GET /teams/{team_id}/invitations",
 "GET /teams/{team_id}/members",
 "GET /teams/{team_id}/projects",
 "GET /teams/{team_id}/repos",
 "GET /teams/{team_id}/teams",
 "GET /user/blocks",
 "GET /user/codespaces",
 "GET /user/codespaces/secrets",
 "GET /user/emails",
 "GET /user/followers",
 "GET /user/following",
 "GET /user/gpg_keys",
 "GET /user/installations",
 "GET /user/installations/{installation_id}/repositories",
 "GET /user/issues",
 "GET /user/keys",
 "GET /user/marketplace_purchases",
 "GET /user/marketplace_purchases/stubbed",
 "GET /user/memberships/orgs",
 "GET /user/migrations",
 "GET /user/migrations/{migration_id}/repositories",
 "GET /user/orgs",
 "GET /user/packages",
 "GET /user/packages/{package_type}/{package_name}/versions",
 "GET /user/public_emails",
 "GET /user/repos",
 "GET /user/repository_invitations",
 "GET /user/social_accounts",
 "GET /user/ssh_signing_keys",
 "GET /user/starred",
 "GET /user/subscriptions",
 "GET /user/teams",
 "GET /users",
 "GET /users/{username}/attestations/{subject_digest}",
 "GET /users/{username}/events",
 "GET /users/{username}/events/orgs/{org}",
 "GET /users/{username}/events/public",
 "GET /users/{username}/followers",
 "GET /users/{username}/following",
 "GET /users/{username}/gists",
 "GET /users/{username}/gpg_keys",
 "GET /users/{username}/keys",
 "GET /users/{username}/orgs",
 "GET /users/{username}/packages",
 "GET /users/{username}/projects",
 "GET /users/{username}/projectsV2",
 "GET /users/{username}/projectsV2/{project_number}/fields",
 "GET /users/{username}/projectsV2/{project_number}/items",
 "GET /users/{username}/received_events",
 "GET /users/{username}/received_events/public",
 "GET /users/{username}/repos",
 "GET /users/{username}/social_accounts",
 "GET /users/{username}/ssh_signing_keys",
 "GET /users/{username}/starred",
 "GET /users/{username}/subscriptions"
]));
function isPaginatingEndpoint(arg) {
 if (typeof arg === "string") {
  return paginatingEndpoints.includes(arg);
 } else {
  return false;
 }
}
function paginateRest(octokit) {
 return {
  paginate: Object.assign(paginate.bind(null, octokit), {
   iterator: iterator.bind(null, octokit)
  })
 };
}
paginateRest.VERSION = plugin_paginate_rest_dist_bundle_VERSION;
;
const context = new Context();
const baseUrl = getApiBaseUrl();
const defaults = {
  baseUrl,
  request: {
    agent: getProxyAgent(baseUrl),
    fetch: getProxyFetch(baseUrl)
  }
};
const GitHub = Octokit.plugin(restEndpointMethods, paginateRest).defaults(defaults);
function getOctokitOptions(token, options) {
  const opts = Object.assign({}, options || {});
  const auth = getAuthString(token, opts);
  if (auth) {
    opts.auth = auth;
  }
  const userAgent = getUserAgentWithOrchestrationId(opts.userAgent);
  if (userAgent) {
    opts.userAgent = userAgent;
  }
  return opts;
}
;
const github_context = new Context();
function getOctokit(token, options, ...additionalPlugins) {
  const GitHubWithPlugins = GitHub.plugin(...additionalPlugins);
  return new GitHubWithPlugins(getOctokitOptions(token, options));
}
 }),
 12580:
 ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
 __webpack_require__.d(__webpack_exports__, {
  AwsV4Signer: () => ( AwsV4Signer)
 });
/**
 * @license MIT <https://opensource.org/licenses/MIT>
 * @copyright Michael Hart 2024
 */
const encoder = new TextEncoder();
const HOST_SERVICES = {
 appstream2: 'appstream',
 cloudhsmv2: 'cloudhsm',
 email: 'ses',
 marketplace: 'aws-marketplace',
 mobile: 'AWSMobileHubService',
 pinpoint: 'mobiletargeting',
 queue: 'sqs',
 'git-codecommit': 'codecommit',
 'mturk-requester-sandbox': 'mturk-requester',
 'personalize-runtime': 'personalize',
};
const UNSIGNABLE_HEADERS = new Set([
 'authorization',
 'content-type',
 'content-length',
 'user-agent',
 'presigned-expires',
 'expect',
 'x-amzn-trace-id',
 'range',
 'connection',
]);
class AwsClient {
 constructor({ accessKeyId, secretAccessKey, sessionToken, service, region, cache, retries, initRetryMs }) {
  if (accessKeyId == null) throw new TypeError('accessKeyId is a required option')
  if (secretAccessKey == null) throw new TypeError('secretAccessKey is a required option')
  this.accessKeyId = accessKeyId;
  this.secretAccessKey = secretAccessKey;
  this.sessionToken = sessionToken;
  this.service = service;
  this.region = region;
  this.cache = cache || new Map();
  this.retries = retries != null ? retries : 10;
  this.initRetryMs = initRetryMs || 50;
 }
 async sign(input, init) {
  if (input instanceof Request) {
   const { method, url, headers, body } = input;
   init = Object.assign({ method, url, headers }, init);
   if (init.body == null && headers.has('Content-Type')) {
    init.body = body != null && headers.has('X-Amz-Content-Sha256') ? body : await input.clone().arrayBuffer();
   }
   input = url;
  }
  const signer = new AwsV4Signer(Object.assign({ url: input.toString() }, init, this, init && init.aws));
  const signed = Object.assign({}, init, await signer.sign());
  delete signed.aws;
  try {
   return new Request(signed.url.toString(), signed)
  } catch (e) {
   if (e instanceof TypeError) {
    return new Request(signed.url.toString(), Object.assign({ duplex: 'half' }, signed))
   }
   throw e
  }
 }
 async fetch(input, init) {
  for (let i = 0; i <= this.retries; i++) {
   const fetched = fetch(await this.sign(input, init));
   if (i === this.retries) {
    return fetched
   }
   const res = await fetched;
   if (res.status < 500 && res.status !== 429) {
    return res
   }
   await new Promise(resolve => setTimeout(resolve, Math.random() * this.initRetryMs * Math.pow(2, i)));
  }
  throw new Error('An unknown error occurred, ensure retries is not negative')
 }
}
class AwsV4Signer {
 constructor({ method, url, headers, body, accessKeyId, secretAccessKey, sessionToken, service, region, cache, datetime, signQuery, appendSessionToken, allHeaders, singleEncode }) {
  if (url == null) throw new TypeError('url is a required option')
  if (accessKeyId == null) throw new TypeError('accessKeyId is a required option')
  if (secretAccessKey == null) throw new TypeError('secretAccessKey is a required option')
  this.method = method || (body ? 'POST' : 'GET');
  this.url = new URL(url);
  this.headers = new Headers(headers || {});
  this.body = body;
  this.accessKeyId = accessKeyId;
  this.secretAccessKey = secretAccessKey;
  this.sessionToken = sessionToken;
  let guessedService, guessedRegion;
  if (!service || !region) {
[guessedService, guessedRegion] = guessServiceRegion(this.url, this.headers);
  }
  this.service = service || guessedService || '';
  this.region = region || guessedRegion || 'us-east-1';
  this.cache = cache || new Map();
  this.datetime = datetime || new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  this.signQuery = signQuery;
  this.appendSessionToken = appendSessionToken || this.service === 'iotdevicegateway';
  this.headers.delete('Host');
  if (this.service === 's3' && !this.signQuery && !this.headers.has('X-Amz-Content-Sha256')) {
   this.headers.set('X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD');
  }
  const params = this.signQuery ? this.url.searchParams : this.headers;
  params.set('X-Amz-Date', this.datetime);
  if (this.sessionToken && !this.appendSessionToken) {
   params.set('X-Amz-Security-Token', this.sessionToken);
  }
  this.signableHeaders = ['host', ...this.headers.keys()]
   .filter(header => allHeaders || !UNSIGNABLE_HEADERS.has(header))
   .sort();
  this.signedHeaders = this.signableHeaders.join(';');
  this.canonicalHeaders = this.signableHeaders
   .map(header => header + ':' + (header === 'host' ? this.url.host : (this.headers.get(header) || '').replace(/\s+/g, ' ')))
   .join('\n');
  this.credentialString = [this.datetime.slice(0, 8), this.region, this.service, 'aws4_request'].join('/');
  if (this.signQuery) {
   if (this.service === 's3' && !params.has('X-Amz-Expires')) {
    params.set('X-Amz-Expires', '86400');
   }
   params.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256');
   params.set('X-Amz-Credential', this.accessKeyId + '/' + this.credentialString);
   params.set('X-Amz-SignedHeaders', this.signedHeaders);
  }
  if (this.service === 's3') {
   try {
    this.encodedPath = decodeURIComponent(this.url.pathname.replace(/\+/g, ' '));
   } catch (e) {
    this.encodedPath = this.url.pathname;
   }
  } else {
   this.encodedPath = this.url.pathname.replace(/\/+/g, '/');
  }
  if (!singleEncode) {
   this.encodedPath = encodeURIComponent(this.encodedPath).replace(/%2F/g, '/');
  }
  this.encodedPath = encodeRfc3986(this.encodedPath);
  const seenKeys = new Set();
  this.encodedSearch = [...this.url.searchParams]
   .filter(([k]) => {
    if (!k) return false
    if (this.service === 's3') {
     if (seenKeys.has(k)) return false
     seenKeys.add(k);
    }
    return true
   })
   .map(pair => pair.map(p => encodeRfc3986(encodeURIComponent(p))))
   .sort(([k1, v1], [k2, v2]) => k1 < k2 ? -1 : k1 > k2 ? 1 : v1 < v2 ? -1 : v1 > v2 ? 1 : 0)
   .map(pair => pair.join('='))
   .join('&');
 }
 async sign() {
  if (this.signQuery) {
   this.url.searchParams.set('X-Amz-Signature', await this.signature());
   if (this.sessionToken && this.appendSessionToken) {
    this.url.searchParams.set('X-Amz-Security-Token', this.sessionToken);
   }
  } else {
   this.headers.set('Authorization', await this.authHeader());
  }
  return {
   method: this.method,
   url: this.url,
   headers: this.headers,
   body: this.body,
  }
 }
 async authHeader() {
  return [
   'AWS4-HMAC-SHA256 Credential=' + this.accessKeyId + '/' + this.credentialString,
   'SignedHeaders=' + this.signedHeaders,
   'Signature=' + (await this.signature()),
  ].join(', ')
 }
 async signature() {
  const date = this.datetime.slice(0, 8);
  const cacheKey = [this.secretAccessKey, date, this.region, this.service].join();
  let kCredentials = this.cache.get(cacheKey);
  if (!kCredentials) {
   const kDate = await hmac('AWS4' + this.secretAccessKey, date);
   const kRegion = await hmac(kDate, this.region);
   const kService = await hmac(kRegion, this.service);
   kCredentials = await hmac(kService, 'aws4_request');
   this.cache.set(cacheKey, kCredentials);
  }
  return buf2hex(await hmac(kCredentials, await this.stringToSign()))
 }
 async stringToSign() {
  return [
   'AWS4-HMAC-SHA256',
   this.datetime,
   this.credentialString,
   buf2hex(await hash(await this.canonicalString())),
  ].join('\n')
 }
 async canonicalString() {
  return [
   this.method.toUpperCase(),
   this.encodedPath,
   this.encodedSearch,
   this.canonicalHeaders + '\n',
   this.signedHeaders,
   await this.hexBodyHash(),
  ].join('\n')
 }
 async hexBodyHash() {
  let hashHeader = this.headers.get('X-Amz-Content-Sha256') || (this.service === 's3' && this.signQuery ? 'UNSIGNED-PAYLOAD' : null);
  if (hashHeader == null) {
   if (this.body && typeof this.body !== 'string' && !('byteLength' in this.body)) {
    throw new Error('body must be a string, ArrayBuffer or ArrayBufferView, unless you include the X-Amz-Content-Sha256 header')
   }
   hashHeader = buf2hex(await hash(this.body || ''));
  }
  return hashHeader
 }
}
async function hmac(key, string) {
 const cryptoKey = await crypto.subtle.importKey(
  'raw',
  typeof key === 'string' ? encoder.encode(key) : key,
  { name: 'HMAC', hash: { name: 'SHA-256' } },
  false,
  ['sign'],
 );
 return crypto.subtle.sign('HMAC', cryptoKey, encoder.encode(string))
}
async function hash(content) {
 return crypto.subtle.digest('SHA-256', typeof content === 'string' ? encoder.encode(content) : content)
}
const HEX_CHARS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
function buf2hex(arrayBuffer) {
 const buffer = new Uint8Array(arrayBuffer);
 let out = '';
 for (let idx = 0; idx < buffer.length; idx++) {
  const n = buffer[idx];
  out += HEX_CHARS[(n >>> 4) & 0xF];
  out += HEX_CHARS[n & 0xF];
 }
 return out
}
function encodeRfc3986(urlEncodedStr) {
 return urlEncodedStr.replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase())
}
function guessServiceRegion(url, headers) {
 const { hostname, pathname } = url;
 if (hostname.endsWith('.on.aws')) {
  const match = hostname.match(/^[^.]{1,63}\.lambda-url\.([^.]{1,63})\.on\.aws$/);
  return match != null ? ['lambda', match[1] || ''] : ['', '']
 }
 if (hostname.endsWith('.r2.cloudflarestorage.com')) {
  return ['s3', 'auto']
 }
 if (hostname.endsWith('.backblazeb2.com')) {
  const match = hostname.match(/^(?:[^.]{1,63}\.)?s3\.([^.]{1,63})\.backblazeb2\.com$/);
  return match != null ? ['s3', match[1] || ''] : ['', '']
 }
 const match = hostname.replace('dualstack.', '').match(/([^.]{1,63})\.(?:([^.]{0,63})\.)?amazonaws\.com(?:\.cn)?$/);
 let service = (match && match[1]) || '';
 let region = match && match[2];
 if (region === 'us-gov') {
  region = 'us-gov-west-1';
 } else if (region === 's3' || region === 's3-accelerate') {
  region = 'us-east-1';
  service = 's3';
 } else if (service === 'iot') {
  if (hostname.startsWith('iot.')) {
   service = 'execute-api';
  } else if (hostname.startsWith('data.jobs.iot.')) {
   service = 'iot-jobs-data';
  } else {
   service = pathname === '/mqtt' ? 'iotdevicegateway' : 'iotdata';
  }
 } else if (service === 'autoscaling') {
  const targetPrefix = (headers.get('X-Amz-Target') || '').split('.')[0];
  if (targetPrefix === 'AnyScaleFrontendService') {
   service = 'application-autoscaling';
  } else if (targetPrefix === 'AnyScaleScalingPlannerFrontendService') {
   service = 'autoscaling-plans';
  }
 } else if (region == null && service.startsWith('s3-')) {
  region = service.slice(3).replace(/^fips-|^external-1/, '');
  service = 's3';
 } else if (service.endsWith('-fips')) {
  service = service.slice(0, -5);
 } else if (region && /-\d$/.test(service) && !/-\d$/.test(region)) {
[service, region] = [region, service];
 }
 return [HOST_SERVICES[service] || service, region || '']
}
 }),
 98799:
 ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
 __webpack_require__.d(__webpack_exports__, {
  A: () => ( canonicalize)
 });
function serializeString (value) {
 if (!value.isWellFormed()) {
  throw new Error('Lone surrogate is not allowed');
 }
 return JSON.stringify(value);
}
function serializePrimitive (value) {
 switch (typeof value) {
  case 'number':
   if (isNaN(value)) {
    throw new Error('NaN is not allowed');
   }
   if (!isFinite(value)) {
    throw new Error('Infinity is not allowed');
   }
   return JSON.stringify(value);
  case 'string':
   return serializeString(value);
  case 'boolean':
   return value ? 'true' : 'false';
  default:
   return JSON.stringify(value);
 }
}
function enterValue (value, seen) {
 let wrappers = null;
 while (value !== null && typeof value === 'object' && typeof value.toJSON === 'function') {
  if (seen.has(value)) {
   throw new Error('Circular reference detected');
  }
  seen.add(value);
  (wrappers ??= []).push(value);
  value = value.toJSON();
 }
 if (value instanceof Number || value instanceof String || value instanceof Boolean) {
  value = value.valueOf();
 }
 if (value === null || typeof value !== 'object') {
  if (wrappers !== null) {
   for (const wrapper of wrappers) seen.delete(wrapper);
  }
  return serializePrimitive(value);
 }
 if (seen.has(value)) {
  throw new Error('Circular reference detected');
 }
 seen.add(value);
 return {
  container: value,
  keys: Array.isArray(value) ? null : Object.keys(value).sort(),
  index: 0,
  first: true,
  wrappers
 };
}
function canonicalize (object) {
 if (object === null || typeof object !== 'object') {
  return serializePrimitive(object);
 }
 const seen = new Set();
 const root = enterValue(object, seen);
 if (typeof root !== 'object') {
  return root;
 }
 let result = root.keys === null ? '[' : '{';
 const stack = [root];
 outer:
 while (stack.length > 0) {
  const frame = stack[stack.length - 1];
  const container = frame.container;
  if (frame.keys === null) {
   while (frame.index < container.length) {
    const i = frame.index++;
    if (i > 0) {
     result += ',';
    }
    const element = container[i];
    const value = element === undefined || typeof element === 'symbol' || typeof element === 'function' ? null : element;
    if (value === null || typeof value !== 'object') {
     result += serializePrimitive(value);
     continue;
    }
    const child = enterValue(value, seen);
    if (typeof child !== 'object') {
     result += child === undefined ? 'null' : child;
     continue;
    }
    result += child.keys === null ? '[' : '{';
    stack.push(child);
    continue outer;
   }
   result += ']';
  } else {
   const keys = frame.keys;
   while (frame.index < keys.length) {
    const key = keys[frame.index++];
    const value = container[key];
    if (value === undefined || typeof value === 'symbol' || typeof value === 'function') {
     continue;
    }
    if (value === null || typeof value !== 'object') {
     if (frame.first) {
      frame.first = false;
     } else {
      result += ',';
     }
     result += serializeString(key) + ':' + serializePrimitive(value);
     continue;
    }
    const child = enterValue(value, seen);
    if (child === undefined) {
     continue;
    }
    if (frame.first) {
     frame.first = false;
    } else {
     result += ',';
    }
    result += serializeString(key) + ':';
    if (typeof child !== 'object') {
     result += child;
     continue;
    }
    result += child.keys === null ? '[' : '{';
    stack.push(child);
    continue outer;
   }
   result += '}';
  }
  seen.delete(container);
  if (frame.wrappers !== null) {
   for (const wrapper of frame.wrappers) seen.delete(wrapper);
  }
  stack.pop();
 }
 return result;
}
 }),
 49567:
 ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
 __webpack_require__.d(__webpack_exports__, {
  ai: () => ( number)
 });
 var _core_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43759);
 var _schemas_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92857);
function string(params) {
  return core._coercedString(schemas.ZodString, params);
}
function number(params) {
  return _core_index_js__WEBPACK_IMPORTED_MODULE_0__ .qG(_schemas_js__WEBPACK_IMPORTED_MODULE_1__ .rSt, params);
}
function boolean(params) {
  return core._coercedBoolean(schemas.ZodBoolean, params);
}
function bigint(params) {
  return core._coercedBigint(schemas.ZodBigInt, params);
}
function date(params) {
  return core._coercedDate(schemas.ZodDate, params);
}
 })
};
