// SPDX-License-Identifier: MIT

// A compute module as the Go client of pipeline-search is on the wire: the enveloped job over TLS with a CA file that
// must hold a certificate, at the IPv4 loopback whatever name the URIs have for it, and with a time-out of 30 s, which
// no poll may reach.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

type job struct {
	JobID     string          `json:"jobId"`
	QueryType string          `json:"queryType"`
	Query     json.RawMessage `json:"query"`
}

type query struct {
	A, B   float64
	Ticket string
	Size   int
	Pieces int
}

type module struct {
	client *http.Client
	token  string
}

func main() {
	ca, err := os.ReadFile(os.Getenv("DEFAULT_CA_PATH"))
	must(err)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		must(fmt.Errorf("no certificate in DEFAULT_CA_PATH"))
	}
	token, err := os.ReadFile(os.Getenv("MODULE_AUTH_TOKEN"))
	must(err)
	m := module{
		client: &http.Client{
			Timeout:   30 * time.Second,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
		},
		token: strings.TrimSpace(string(token)),
	}
	m.serve(onIPv4(os.Getenv("GET_JOB_URI")), onIPv4(os.Getenv("POST_RESULT_URI")))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func onIPv4(uri string) string {
	parsed, err := url.Parse(uri)
	must(err)
	if name := parsed.Hostname(); name == "localhost" || name == "::1" {
		parsed.Host = "127.0.0.1:" + parsed.Port()
	}
	return parsed.String()
}

func (m *module) serve(jobURI, resultURI string) {
	pause := 500 * time.Millisecond
	for {
		status, body, err := m.send(http.MethodGet, jobURI, "Accept", "application/json", nil)
		switch {
		case err == nil && status == http.StatusNoContent:
			time.Sleep(500 * time.Millisecond)
		case err == nil && status/100 == 2:
			pause = 500 * time.Millisecond
			m.run(body, resultURI)
		default:
			fmt.Fprintln(os.Stderr, "a poll gave", status, err, string(body))
			time.Sleep(pause)
			if pause *= 2; pause > 5*time.Second {
				pause = 5 * time.Second
			}
		}
	}
}

func (m *module) send(method, uri, name, value string, body io.Reader) (int, []byte, error) {
	request, err := http.NewRequest(method, uri, body)
	must(err)
	request.Header.Set("Module-Auth-Token", m.token)
	request.Header.Set(name, value)
	response, err := m.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

func (m *module) run(body []byte, resultURI string) {
	var envelope struct {
		Job *job `json:"computeModuleJobV1"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil || envelope.Job == nil {
		must(fmt.Errorf("not a job in an envelope: %s", body))
	}
	result, err := call(envelope.Job)
	if err != nil {
		result = err.Error()
	} else if result == "" {
		result = "ok"
	}
	for attempt := 1; ; attempt++ {
		uri := resultURI + "/" + envelope.Job.JobID
		status, answer, err := m.send(http.MethodPost, uri, "Content-Type", "application/octet-stream",
			bytes.NewReader([]byte(result)))
		if err == nil && status/100 == 2 {
			return
		}
		fmt.Fprintln(os.Stderr, "a result gave", status, err, string(answer))
		if attempt == 5 {
			return
		}
		time.Sleep(time.Duration(attempt) * time.Second)
	}
}

func call(j *job) (string, error) {
	var q query
	if err := json.Unmarshal(j.Query, &q); err != nil {
		return "", err
	}
	switch j.QueryType {
	case "add":
		return fmt.Sprint(q.A + q.B), nil
	case "repeat", "stream":
		fmt.Println("took", q.Ticket)
		text := strings.Repeat(q.Ticket, q.Size/len(q.Ticket)+1)[:q.Size]
		if j.QueryType == "repeat" {
			q.Pieces = 1
		}
		return strings.Repeat(`"`+text+`"`, q.Pieces), nil
	case "nothing":
		return "", nil
	}
	return "", fmt.Errorf("bad")
}
