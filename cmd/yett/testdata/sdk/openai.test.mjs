// The official OpenAI SDK for Node, unmodified, against a gateway in front of mocks of both vendors.
import assert from 'node:assert/strict'
import OpenAI from 'openai'

const client = new OpenAI({ baseURL: process.env.YETT_URL + '/v1', apiKey: process.env.YETT_KEY, maxRetries: 0, timeout: 20_000 })
const ask = (text) => [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: text }]
const tools = [{
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
}]

const cases = {
  async whole(model) {
    const r = await client.chat.completions.create({ model, messages: ask('good morning') })
    assert.match(r.choices[0].message.content, /good morning/)
    assert.equal(r.choices[0].finish_reason, 'stop')
    assert.ok(r.usage.completion_tokens > 0 && r._request_id)
  },
  async streamed(model) {
    let text = ''; let usage
    for await (const c of await client.chat.completions.create({ model, messages: ask('good evening'), stream: true, stream_options: { include_usage: true } })) {
      text += c.choices[0]?.delta?.content ?? ''
      usage = c.usage ?? usage
    }
    assert.match(text, /good evening/)
    assert.ok(usage.completion_tokens > 0)
  },
  async tools(model) {
    const messages = ask('call the tool')
    const r = await client.chat.completions.create({ model, messages, tools })
    const call = r.choices[0].message.tool_calls[0]
    assert.equal(call.function.name, 'get_weather')
    assert.ok('city' in JSON.parse(call.function.arguments))
    messages.push(r.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'sunny, 21 degrees' })
    const again = await client.chat.completions.create({ model, messages, tools })
    assert.match(again.choices[0].message.content, /sunny, 21 degrees/)
  },
  async toolsStreamed(model) {
    const final = await client.chat.completions.stream({ model, messages: ask('call the tool'), tools }).finalChatCompletion()
    const call = final.choices[0].message.tool_calls[0]
    assert.ok(call.id && 'city' in JSON.parse(call.function.arguments))
  },
  async cut(model) {
    let text = ''
    await assert.rejects(async () => {
      for await (const c of await client.chat.completions.create({ model, messages: ask('[[mock chunks=60 cut=40]] talk'), stream: true })) {
        text += c.choices[0]?.delta?.content ?? ''
      }
    }, OpenAI.APIError)
    assert.ok(text)
  },
  async errors(model) {
    await assert.rejects(client.chat.completions.create({ model: 'gpt-9', messages: ask('x') }), (e) => e instanceof OpenAI.NotFoundError && e.code === 'model_not_found' && !!e.requestID)
    await assert.rejects(client.withOptions({ apiKey: 'sk-nobody-knows-this-key' }).chat.completions.create({ model, messages: ask('x') }), OpenAI.AuthenticationError)
    await assert.rejects(client.chat.completions.create({ model, messages: 'x' }), OpenAI.BadRequestError)
    await assert.rejects(client.chat.completions.create({ model, messages: ask('[[mock status=429 retry-after=60]]') }), OpenAI.RateLimitError)
  },
}
for (const model of ['gpt-mock', 'claude-mock']) {
  for (const [name, run] of Object.entries(cases)) {
    await run(model)
    console.log('ok', name, model)
  }
}
const e = await client.embeddings.create({ model: 'embed-mock', input: ['one', 'two'] })
assert.ok(e.data.length === 2 && typeof e.data[0].embedding[0] === 'number')
const ids = []
for await (const m of client.models.list()) ids.push(m.id)
assert.ok(ids.includes('gpt-mock') && ids.includes('claude-mock'), ids.join())
console.log('ok others')
